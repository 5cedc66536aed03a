"""A backlog waits in the database, not at the broker: nothing is handed out twice because it waits."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any, cast

import pytest
from celery import current_app
from django.db import connection, transaction
from django.utils.timezone import now
from kombu.transport.virtual import Channel
from pytest_django import Settings

from apps.accounts.models import Organizer
from apps.outbox import handlers, relay
from apps.outbox.deliver import deliver
from apps.outbox.handlers import Handler
from apps.outbox.management.commands.relay_outbox import Command
from apps.outbox.models import Delivery, DeliveryState, Message
from apps.outbox.publish import publish
from apps.outbox.relay import LEASE, lease_due
from tests.factories.selling import make_organizer

pytestmark = pytest.mark.django_db

# Names of our own: nobody works on them but these stories.
SLOW, QUICK = (f"{name}-{os.getpid()}" for name in ("slow", "quick"))
HERE = "tests.outbox.test_relay.note_down"
SUBSCRIPTIONS = {
    "mail.wanted": (Handler(HERE, SLOW),),
    "money.moved": (Handler(f"{HERE}_quickly", QUICK),),
}
ROOM, BACKLOG, COPIES_MAX = 20, 60, 20_000
noted: list[int] = []


def note_down(message: Message, **_: object) -> None:
    noted.append(message.pk)


note_down_quickly = note_down


@pytest.fixture(autouse=True)
def topics(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(relay, "ROOM", ROOM)
    monkeypatch.setattr(relay, "REFILL", ROOM // 2)
    settings.OUTBOX_SUBSCRIPTIONS = "tests.outbox.test_relay.SUBSCRIPTIONS"
    handlers.subscriptions.cache_clear()
    handlers.handler_at.cache_clear()
    noted.clear()
    yield
    handlers.subscriptions.cache_clear()
    handlers.handler_at.cache_clear()


@pytest.fixture
def broker() -> Iterator[Channel]:
    with current_app.connection_for_write() as broker:
        channel = cast("Channel", broker.default_channel)
        yield channel
        for queue in (SLOW, QUICK):
            channel.queue_delete(queue)
            channel.queue_purge(queue)


@pytest.fixture
def organizer() -> Organizer:
    return make_organizer()


def publish_many(topic: str, organizer: Organizer, count: int) -> None:
    with transaction.atomic():
        for _ in range(count):
            publish(topic, about=organizer, at=now())


def waiting(broker: Channel, queue: str) -> int:
    return int(broker.queue_declare(queue).message_count)


def leases_lapse() -> None:
    Delivery.objects.filter(state=DeliveryState.LEASED).update(due_at=now())


def work(broker: Channel, queue: str) -> None:
    """What a worker does: takes ids from the broker and delivers them."""
    while task := broker.basic_get(queue, no_ack=True):
        deliver(task.decode()[0][0], at=now())


def work_all(broker: Channel, *commands: Command) -> None:
    while waiting(broker, SLOW) + waiting(broker, QUICK):
        work(broker, SLOW)
        work(broker, QUICK)
        for command in commands:
            command.turn()


def relays(turns: int) -> Command:
    command = Command()
    for _ in range(turns):
        command.turn()
    return command


def test_what_waits_long_is_not_handed_out_again_and_again(
    broker: Channel, organizer: Organizer
) -> None:
    publish_many("mail.wanted", organizer, BACKLOG)
    command = relays(3)
    for _ in range(5):  # nobody works, and every lease lapses five times
        leases_lapse()
        command.turn()
    assert waiting(broker, SLOW) == ROOM
    assert Delivery.objects.filter(state=DeliveryState.PENDING).count() == BACKLOG - ROOM

    publish_many("money.moved", organizer, 1)
    command.turn()
    assert waiting(broker, QUICK) == 1

    work_all(broker, command)
    assert not Delivery.objects.waiting().exists()
    assert (len(noted), len(set(noted))) == (BACKLOG + 1, BACKLOG + 1)


def test_without_room_each_lease_time_makes_as_many_tasks_again(
    broker: Channel, organizer: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "ROOM", 1_000_000)
    publish_many("mail.wanted", organizer, 50)
    command = relays(1)
    for _ in range(5):
        leases_lapse()
        command.turn()
    assert waiting(broker, SLOW) == 6 * 50


def test_a_broker_that_forgot_is_filled_anew(broker: Channel, organizer: Organizer) -> None:
    publish_many("mail.wanted", organizer, BACKLOG)
    command = relays(1)
    broker.queue_purge(SLOW)  # Redis was emptied, with all that was handed out
    command.turn()
    assert waiting(broker, SLOW) == ROOM
    work_all(broker, command)
    assert len(noted) == BACKLOG - ROOM
    leases_lapse()
    command.turn()
    work_all(broker, command)
    assert (len(noted), len(set(noted))) == (BACKLOG, BACKLOG)


def test_two_relays_hand_out_each_of_it_once(broker: Channel, organizer: Organizer) -> None:
    publish_many("mail.wanted", organizer, BACKLOG)
    one, other = Command(), Command()
    for relay_process in (one, other, one, other):
        relay_process.turn()
    assert waiting(broker, SLOW) == ROOM
    work_all(broker, one, other)
    assert (len(noted), len(set(noted))) == (BACKLOG, BACKLOG)


def test_what_is_alone_is_handed_out_in_the_next_turn(
    broker: Channel, organizer: Organizer
) -> None:
    command = relays(1)
    for handed_out in range(1, 4):
        publish_many("money.moved", organizer, 1)
        command.turn()
        assert waiting(broker, QUICK) == handed_out


def test_leasing_reads_no_more_behind_a_large_backlog(organizer: Organizer) -> None:
    publish_many("money.moved", organizer, 1)
    publish_many("mail.wanted", organizer, ROOM)
    room = [{QUICK: ROOM}, {SLOW: ROOM, QUICK: ROOM}]
    few = [blocks_read(one) for one in room]
    with connection.cursor() as cursor:
        cursor.execute(COPIES, {"handler": HERE, "queue": SLOW, "copies": COPIES_MAX})
        cursor.execute("ANALYZE outbox_delivery")
    many = [blocks_read(one) for one in room]
    assert [much <= 2 * little for little, much in zip(few, many, strict=True)] == [True, True]
    assert [one.queue for one in lease_due({QUICK: ROOM}, at=now())] == [QUICK]


COPIES = """
    WITH message AS (
        INSERT INTO outbox_message (topic, subject, payload, created_at)
        SELECT 'mail.wanted', 'x', '{}', now() FROM generate_series(1, %(copies)s) RETURNING id
    )
    INSERT INTO outbox_delivery (message_id, handler, queue, state, due_at, attempts, last_error)
    SELECT id, %(handler)s, %(queue)s, 'pending', now() - interval '1 hour', 0, '' FROM message
"""


def blocks_read(room: dict[str, int]) -> int:
    """By one lease, which is undone."""
    values: dict[str, Any] = {
        "queues": [*room],
        "room": [*room.values()],
        "at": now(),
        "until": now() + LEASE,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {relay._LEASE_DUE}", values)
        (told,) = cursor.fetchone()
        transaction.set_rollback(True)
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
