"""An event gets another end. Money that waits for it must not come sooner by that."""

from __future__ import annotations

from apps.events.models import Event
from apps.events.states import EventState


def bring_forward(event: Event) -> None:
    """
    By its team, before it is saved: whoever sold an evening cannot be paid for it before that evening by
    saying that it is over.
    """
    before = Event.objects.get(pk=event.pk)
    if before.state != EventState.DRAFT and event.ends_at < before.kept_until:
        event.sold_until = before.kept_until


def correct(event: Event) -> None:
    """By the platform, which has seen that the end was a mistake: money goes by the new one."""
    event.sold_until = None
