"""The lines of a till, and the lock under which they are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Sum

from apps.box_office.models import LineKind, Till, TillLine
from apps.box_office.states import TillState
from apps.core.money import Money
from apps.ledger import chart, recipes
from apps.ledger.post import post
from apps.orders.models import Order
from apps.payments.gateways.offline import Method
from apps.payments.models import Refund


class TillClosed(Exception):
    """It was counted: nothing goes in or out any more."""


@dataclass(frozen=True, slots=True)
class NewLine:
    """amount: below zero is taken out."""

    key: UUID
    kind: LineKind
    amount: Money
    method: Method = Method.CASH
    order: Order | None = None
    refund: Refund | None = None
    given: Money | None = None
    receipt: str = ""
    reason: str = ""


def lock_open(till: Till) -> Till:
    """
    In the caller's transaction, before anything of an order is locked. Until it ends nobody else
    changes this till.

    :raises TillClosed:
    """
    rows = Till.objects.select_for_update(no_key=True, of=("self",))
    locked = rows.select_related("device__event").get(pk=till.pk)
    if locked.state != TillState.OPEN:
        raise TillClosed
    return locked


def write_line(till: Till, new: NewLine, *, at: datetime) -> TillLine:
    """Needs the till locked. The organizer's own cash is booked here; sales and refunds by orders."""
    line = TillLine.objects.create(
        till=till,
        key=new.key,
        kind=new.kind,
        method=new.method,
        amount_minor=new.amount.minor,
        order=new.order,
        refund=new.refund,
        given_minor=None if new.given is None else new.given.minor,
        receipt=new.receipt,
        reason=new.reason,
        at=at,
    )
    if new.order is None and new.amount:
        event = till.device.event
        cash = chart.till(event.organizer_id, till.device_id)
        moved = recipes.till_moved(event.organizer_id, cash, f"till_line:{line.pk}", new.amount)
        post(moved, subject=till.subject, at=at)
    return line


def must_hold(till: Till, method: Method) -> Money:
    """What must be in it now; needs the till locked to stay true."""
    found = TillLine.objects.filter(till=till, method=method).aggregate(sum=Sum("amount_minor"))
    return till.money(found["sum"] or 0)
