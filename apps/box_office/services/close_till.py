from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.box_office.models import Till
from apps.box_office.services.book import lock_open, must_hold
from apps.box_office.states import TillState
from apps.core.money import Money
from apps.core.transitions import move
from apps.ledger import recipes
from apps.ledger.post import post
from apps.orders.services.booking import hand
from apps.payments.gateways.offline import Method
from apps.trail.record import record


@dataclass(frozen=True, slots=True)
class Count:
    cash: Money
    terminal: Money  # what the card terminal says it took


def close_till(till: Till, count: Count, *, actor: str, at: datetime) -> Till:
    """
    What was counted goes to the organizer; what is missing, or too much, is booked as a difference.
    Sales wait for it or find the till closed: each is in the count or was not made.

    :raises TillClosed: somebody was faster; nothing was changed.
    """
    with transaction.atomic():
        locked = lock_open(till)
        for method, counted in ((Method.CASH, count.cash), (Method.CARD, count.terminal)):
            _book(locked, method, counted, at=at)
        move(
            locked,
            TillState.CLOSED,
            actor=actor,
            at=at,
            closed_at=at,
            counted_minor=count.cash.minor,
            terminal_minor=count.terminal.minor,
        )
        record("till.close", about=locked, actor=actor, at=at, amount=count.cash)
    return locked


def _book(till: Till, method: Method, counted: Money, *, at: datetime) -> None:
    expected = must_hold(till, method)
    if not expected and not counted:
        return
    organizer = till.device.event.organizer_id
    closed = recipes.till_closed(
        organizer,
        hand(organizer, till.device_id, method),
        f"till:{till.pk}:{method}",
        expected=expected,
        counted=counted,
    )
    post(closed, subject=till.subject, at=at)
