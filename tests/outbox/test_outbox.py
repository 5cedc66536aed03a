"""Facts leave with the commit, are delivered at least once, and are never lost in silence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from apps.accounts.models import Organizer
from apps.outbox import handlers
from apps.outbox.deliver import ATTEMPTS_MAX, RetryLater, deliver
from apps.outbox.handlers import Handler, effect
from apps.outbox.models import Delivery, DeliveryState, Message
from apps.outbox.publish import UnknownTopic, publish
from apps.outbox.relay import LEASE, lease_due
from tests.factories.selling import make_organizer
from tests.racing import run_at_once

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

SUBSCRIPTIONS = {
    "bell.rung": (
        Handler("tests.outbox.test_outbox.note_down", "critical"),
        effect("tests.outbox.test_outbox.ring_outside"),
    ),
    "bell.silent": (),
}
rung: list[int] = []
answers: list[Exception] = []


def note_down(message: Message, *, at: datetime) -> None:
    Organizer.objects.filter(pk=message.payload["id"]).update(about="noted")
    if answers:
        raise answers.pop()


def ring_outside(message: Message, *, at: datetime) -> None:
    if answers:
        raise answers.pop()
    rung.append(message.payload["id"])


@pytest.fixture(autouse=True)
def bells(settings: Settings) -> Iterator[None]:
    settings.OUTBOX_SUBSCRIPTIONS = "tests.outbox.test_outbox.SUBSCRIPTIONS"
    handlers.subscriptions.cache_clear()
    handlers.handler_at.cache_clear()
    rung.clear()
    answers.clear()
    yield
    handlers.subscriptions.cache_clear()
    handlers.handler_at.cache_clear()


def ring(at: datetime = NOON) -> Organizer:
    organizer = make_organizer()
    with transaction.atomic():
        publish("bell.rung", about=organizer, at=at)
    return organizer


def run_due(at: datetime) -> int:
    leased = lease_due(at=at)
    for one in leased:
        deliver(one.delivery_id, at=at)
    return len(leased)


@pytest.mark.django_db
class TestDelivering:
    def test_each_handler_hears_it_once(self) -> None:
        organizer = ring()
        assert run_due(NOON) == 2
        organizer.refresh_from_db()
        assert (organizer.about, rung) == ("noted", [organizer.pk])
        assert run_due(NOON + timedelta(days=1)) == 0
        assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.DONE}

    def test_a_rolled_back_change_says_nothing(self) -> None:
        organizer = make_organizer()
        with transaction.atomic():
            publish("bell.rung", about=organizer, at=NOON)
            transaction.set_rollback(True)
        assert not Message.objects.exists()

    def test_an_unknown_topic_is_refused(self) -> None:
        with pytest.raises(UnknownTopic):
            publish("bell.cracked", about=make_organizer(), at=NOON)

    def test_a_lost_broker_costs_one_lease(self) -> None:
        ring()
        lease_due(at=NOON)  # enqueued, and the broker forgot
        assert lease_due(at=NOON + LEASE - timedelta(seconds=1)) == []
        assert run_due(NOON + LEASE) == 2
        assert len(rung) == 1

    def test_delivering_what_is_done_changes_nothing(self) -> None:
        ring()
        ids = [one.delivery_id for one in lease_due(at=NOON)]
        for _ in range(3):
            for delivery_id in ids:
                deliver(delivery_id, at=NOON)
        assert len(rung) == 1

    def test_a_failed_handler_leaves_no_trace_and_is_retried_later(self) -> None:
        organizer = ring()
        answers.append(ValueError("the pen broke"))
        first, *_rest = lease_due(at=NOON)
        deliver(first.delivery_id, at=NOON)
        organizer.refresh_from_db()
        failed = Delivery.objects.get(pk=first.delivery_id)
        assert organizer.about == ""
        assert (failed.state, failed.attempts, failed.last_error) == (
            DeliveryState.PENDING,
            1,
            "ValueError: the pen broke",
        )
        assert failed.due_at == NOON + timedelta(seconds=2)

    def test_after_many_failures_it_is_parked_in_sight(self) -> None:
        ring()
        at = NOON
        for _ in range(ATTEMPTS_MAX):
            answers.extend([ValueError("no"), ValueError("no")])
            run_due(at)
            at += timedelta(hours=1)
        assert Delivery.objects.parked().count() == 2
        assert run_due(at) == 0

    def test_too_early_is_not_a_failure(self) -> None:
        ring()
        answers.append(RetryLater(timedelta(minutes=5)))
        first, *_rest = lease_due(at=NOON)
        deliver(first.delivery_id, at=NOON)
        again = Delivery.objects.get(pk=first.delivery_id)
        assert (again.state, again.attempts, again.due_at) == (
            DeliveryState.PENDING,
            0,
            NOON + timedelta(minutes=5),
        )


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_relays_never_lease_the_same_delivery() -> None:
    for _ in range(20):
        ring()
    batches = run_at_once(4, lambda _: lease_due(at=NOON))
    leased = [one.delivery_id for batch in batches if isinstance(batch, list) for one in batch]
    assert (len(leased), len(set(leased))) == (40, 40)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_delivery_run_its_transaction_once() -> None:
    ring()
    first, *_rest = lease_due(at=NOON)
    run_at_once(4, lambda _: deliver(first.delivery_id, at=NOON))
    assert Delivery.objects.get(pk=first.delivery_id).attempts == 1
