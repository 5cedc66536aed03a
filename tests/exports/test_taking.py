"""Taking data out: who may, what is sent, and that it is on record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer, User
from apps.accounts.roles import Role
from apps.console.access import of_team
from apps.console.forms.exports import ExportForm
from apps.events.models import Event
from apps.exports.models import Export, ExportFile
from apps.orders.models import Order
from tests.factories.selling import (
    make_event,
    make_member,
    make_organizer,
    make_quota,
    make_user,
    make_variant,
)
from tests.factories.world import buy

pytestmark = pytest.mark.django_db

NEW = "/console/exports/export/new/"


@pytest.fixture
def organizer() -> Organizer:
    return make_organizer()


@pytest.fixture
def event(organizer: Organizer) -> Event:
    return make_event(organizer, at=now())


@pytest.fixture
def order(event: Event) -> Order:
    variant = make_variant(event)
    make_quota(event, 5, variant)
    return buy(event, variant, 1, at=now())[0]


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def ask(client: Client, url: str = NEW, **fields: Any) -> Any:
    first, last = around_today()
    form = {"kind": "orders", "first": str(first), "last": str(last), "form": "csv"}
    return client.post(url, form | fields)


def around_today() -> tuple[date, date]:
    """In whatever zone a period is counted."""
    today = now().date()
    return today - timedelta(days=1), today + timedelta(days=1)


def body(answer: Any) -> str:
    return sent(answer).decode()


def sent(answer: Any) -> bytes:
    """Without the end of the request, which would close the test's connection."""
    whole = b"".join(answer.streaming_content)
    if file := getattr(answer, "file_to_stream", None):
        file.close()
    return whole


def test_an_owner_takes_orders_and_it_is_on_record(organizer: Organizer, order: Order) -> None:
    owner = make_member(organizer, Role.OWNER)
    client = signed_in(owner)
    answer = ask(client, organizer=organizer.pk)
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="orders-')
    head, row = body(answer).strip().split("\r\n")
    assert head.startswith("Order,Event,State,Ordered")
    assert row.startswith(f"{order.reference},Zwölf Celli im Trockendock,Paid,")
    export = Export.objects.get()
    assert (export.organizer, export.kind, export.form) == (organizer, "orders", "csv")
    assert export.actor == f"user:{owner.pk}"

    listed = client.get("/console/exports/export/").content.decode()
    assert ("Orders" in listed, "user:" in listed) == (True, False)
    page = f"/console/exports/export/{export.pk}/overview/"
    assert "Download again" in client.get(page).content.decode()
    again = client.post(page, {"sure": "on"})
    assert body(again) == f"{head}\r\n{row}\r\n"
    assert Export.objects.count() == 2


def test_a_record_of_what_left_stays(organizer: Organizer, order: Order) -> None:
    ask(signed_in(make_member(organizer, Role.OWNER)), organizer=organizer.pk)
    for change in (Export.objects.all().delete, lambda: Export.objects.update(actor="user:0")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_the_books_are_for_owners(organizer: Organizer, order: Order) -> None:
    client = signed_in(make_member(organizer, Role.ADMIN))
    asked = client.get(NEW).content.decode()
    assert "Tax report" in asked
    assert "Postings" not in asked
    for kind in ("postings", "payouts", "nonsense"):
        answer = ask(client, organizer=organizer.pk, kind=kind)
        assert answer.status_code == 200
        assert not answer.streaming
    owners = Export.objects.create(
        organizer=organizer,
        kind="postings",
        form="csv",
        first=around_today()[0],
        last=around_today()[1],
        actor="user:1",
        created_at=now(),
    )
    page = f"/console/exports/export/{owners.pk}/overview/"
    assert client.get(page).status_code == client.post(page, {"sure": "on"}).status_code == 403
    assert Export.objects.count() == 1


def test_nobody_takes_what_is_anothers(organizer: Organizer, event: Event, order: Order) -> None:
    other = make_organizer("Schallhof")
    client = signed_in(make_member(other, Role.OWNER))
    assert not ask(client, organizer=organizer.pk).streaming
    assert not ask(client, organizer=other.pk, event=event.pk).streaming
    assert not ask(client).streaming  # of everybody
    assert order.reference not in body(ask(client, organizer=other.pk))
    # An owner here and an admin there takes the books only here.
    both = make_member(other, Role.OWNER)
    organizer.memberships.create(user=both, role=Role.ADMIN)
    answer = ask(signed_in(both), organizer=organizer.pk, kind="postings")
    assert "Only owners of this organizer" in answer.content.decode()


def test_the_month_offered_is_the_one_that_is_over_there(
    organizer: Organizer, event: Event
) -> None:
    """At 23:30 UTC of the last day it is tomorrow, and the next month, in Berlin."""
    access = of_team(make_member(organizer, Role.OWNER))
    late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
    offered = ExportForm(access=access, at=late)
    assert (offered["first"].value(), offered["last"].value()) == (
        date(2026, 10, 1),
        date(2026, 10, 31),
    )
    before = ExportForm(access=access, at=late - timedelta(hours=1))
    assert before["last"].value() == date(2026, 9, 30)


def test_operators_take_everything(order: Order) -> None:
    client = signed_in(make_user(is_staff=True))
    answer = ask(client, "/platform/exports/export/new/", kind="postings")
    assert "clearing:paypal,EUR,38.00" in body(answer)
    assert Export.objects.get().organizer is None


def test_what_cannot_be_is_said(organizer: Organizer, event: Event, order: Order) -> None:
    client = signed_in(make_member(organizer, Role.OWNER))
    mine: dict[str, Any] = {"organizer": organizer.pk}
    assert "before the first" in ask(client, **mine, last="2020-01-01").content.decode()
    asked = ask(client, **mine, kind="postings", event=event.pk).content.decode()
    assert "all events together" in asked
    asked = ask(client, **mine, kind="datev").content.decode()
    assert "First say which accounts your accountant uses" in asked
    assert not Export.objects.exists()


def test_what_is_small_is_sent_at_once(organizer: Organizer, order: Order) -> None:
    client = signed_in(make_member(organizer, Role.OWNER))
    assert sent(ask(client, organizer=organizer.pk, form="xlsx")).startswith(b"PK")
    assert not ExportFile.objects.exists()
