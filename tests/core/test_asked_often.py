"""Django builds the SQL once; rows, relations and annotations are as ever, and each thread has its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, connections, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Upper
from django.test.utils import CaptureQueriesContext

from apps.core.asked_often import AskedOften
from apps.events.models import Event
from tests.factories.selling import make_event, make_organizer
from tests.racing import run_at_once


def by_slug(slug: str) -> QuerySet[Event]:
    loud = Event.objects.select_related("organizer").annotate(loud=Upper(F("slug")))
    return loud.filter(slug=slug).select_for_update(of=("self",))


def by_pk(pk: int) -> QuerySet[Event]:
    return Event.objects.filter(pk=pk)


@pytest.mark.django_db
def test_each_value_has_its_row(django_assert_num_queries: Any) -> None:
    read = AskedOften(by_slug, "?")
    one, two = make_event(make_organizer()), make_event(make_organizer("Somebody else"))
    with transaction.atomic(), django_assert_num_queries(4):
        found = [read.first(slug) for slug in (one.slug, two.slug, "none", one.slug)]
        assert [row and row.organizer for row in found] == [
            one.organizer,
            two.organizer,
            None,
            one.organizer,
        ]
    assert found == [one, two, None, one]
    assert found[0] is not found[3]
    assert vars(found[1])["loud"] == two.slug.upper()


@pytest.mark.django_db
def test_what_must_be_there_and_is_not() -> None:
    read, event = AskedOften(by_pk, -1), make_event(make_organizer())
    assert read.get(event.pk) == event
    with pytest.raises(ObjectDoesNotExist):
        read.get(event.pk + 1)


def newest_first(organizer: int) -> QuerySet[Event]:
    return Event.objects.filter(organizer=organizer).select_related("venue").order_by("-pk")


@pytest.mark.django_db
def test_all_rows_come_in_the_order_of_the_queryset(django_assert_num_queries: Any) -> None:
    read, mine, other = AskedOften(newest_first, -1), make_organizer(), make_organizer("Other")
    one, two, theirs = make_event(mine), make_event(mine), make_event(other)
    with django_assert_num_queries(4):
        found = [read.all(organizer.pk) for organizer in (mine, other, mine)]
        nobodys = read.all(0)
        assert [row.venue for row in found[0]] == [two.venue, one.venue]
    assert found == [[two, one], [theirs], [two, one]]
    assert nobodys == []


@pytest.mark.django_db
def test_it_asks_what_the_queryset_asks() -> None:
    read, event = AskedOften(by_slug, "?"), make_event(make_organizer())
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        read.first(event.slug)
        list(by_slug(event.slug).order_by()[:1])
    assert asked[0]["sql"] == asked[1]["sql"]


@pytest.mark.django_db(transaction=True)
def test_a_lock_without_a_transaction_is_refused_each_time() -> None:
    read, event = AskedOften(by_slug, "?"), make_event(make_organizer())
    with transaction.atomic():
        assert read.first(event.slug) == event
    with pytest.raises(transaction.TransactionManagementError):
        read.first(event.slug)


@pytest.mark.django_db(transaction=True)
def test_threads_do_not_share_a_connection() -> None:
    read, event = (
        AskedOften(by_pk, 0),
        make_event(make_organizer()),
    )
    found = run_at_once(4, lambda _number: [read.first(event.pk) for _ in range(20)])
    assert found == [[event] * 20] * 4


@pytest.mark.django_db
def test_another_connection_of_the_thread_is_asked_itself() -> None:
    """A greenlet has its own, and what this one did not commit yet is not there."""
    read, event, own = AskedOften(by_pk, -1), make_event(make_organizer()), connections["default"]
    assert read.first(event.pk) == event
    connections["default"] = connections.create_connection("default")
    try:
        assert read.first(event.pk) is None
    finally:
        connections["default"].close()
        connections["default"] = own
    assert read.first(event.pk) == event
