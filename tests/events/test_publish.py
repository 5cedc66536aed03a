from __future__ import annotations

from datetime import timedelta

import pytest

from apps.accounts.states import OrganizerState
from apps.core.models import StateChange
from apps.core.transitions import IllegalTransition
from apps.events.models import Event
from apps.events.services.call_off import call_off
from apps.events.services.complete import complete_ended
from apps.events.services.publish import Need, NotReady, publish
from apps.events.states import EventState
from apps.outbox.models import Message
from apps.variants.states import VariantState
from tests.factories.selling import NOON, make_event, make_organizer, make_variant, make_venue

pytestmark = pytest.mark.django_db


def a_draft() -> Event:
    event = make_event(make_organizer(), state=EventState.DRAFT)
    make_variant(event)
    return event


def test_a_complete_draft_goes_public_and_leaves_a_trace() -> None:
    event = a_draft()
    publish(event, actor="user:7", at=NOON)
    event.refresh_from_db()
    assert (event.state, event.revision) == (EventState.PUBLISHED, 2)
    change = StateChange.objects.get(subject="events.event", subject_id=event.pk)
    assert (change.source, change.target, change.actor) == ("draft", "published", "user:7")


def test_everything_that_is_missing_is_named_at_once() -> None:
    organizer = make_organizer(state=OrganizerState.APPLIED, imprint="", terms=" ")
    event = make_event(
        organizer, state=EventState.DRAFT, title=" ", venue=make_venue(organizer, street="")
    )
    make_variant(event, state=VariantState.DRAFT)
    with pytest.raises(NotReady) as refused:
        publish(event, actor="user:7", at=NOON + timedelta(days=30))
    assert [check.need for check in refused.value.missing] == list(Need)
    event.refresh_from_db()
    assert (event.state, event.revision) == (EventState.DRAFT, 1)
    assert not StateChange.objects.exists()


def test_a_public_event_is_not_published_again() -> None:
    event = a_draft()
    publish(event, actor="user:7", at=NOON)
    with pytest.raises(IllegalTransition):
        publish(event, actor="user:7", at=NOON)


def test_calling_off_ends_the_sale_and_keeps_the_reason() -> None:
    event = make_event(make_organizer())
    call_off(event, reason="The cellist is ill.", actor="user:7", at=NOON)
    event.refresh_from_db()
    assert (event.state, event.revision) == (EventState.CANCELLED, 2)
    assert StateChange.objects.get().reason == "The cellist is ill."
    fact = Message.objects.get()
    assert (fact.topic, fact.subject) == ("event.called_off", f"events.event:{event.pk}")


def test_a_draft_cannot_be_called_off() -> None:
    event = make_event(make_organizer(), state=EventState.DRAFT)
    with pytest.raises(IllegalTransition):
        call_off(event, reason="", actor="user:7", at=NOON)
    assert Event.objects.get().state == EventState.DRAFT
    assert not Message.objects.exists()


def test_only_published_events_whose_end_has_passed_are_over() -> None:
    organizer = make_organizer()
    ended = make_event(organizer, starts_at=NOON - timedelta(hours=5))
    running = make_event(organizer, starts_at=NOON - timedelta(hours=1))
    off = make_event(organizer, starts_at=NOON - timedelta(hours=5), state=EventState.CANCELLED)
    assert complete_ended(at=NOON) == 1
    states = dict(Event.objects.values_list("pk", "state"))
    assert states == {
        ended.pk: EventState.COMPLETED,
        running.pk: EventState.PUBLISHED,
        off.pk: EventState.CANCELLED,
    }
    assert complete_ended(at=NOON) == 0
