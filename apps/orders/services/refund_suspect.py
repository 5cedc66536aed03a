from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.orders.models import Order, OrderRefund
from apps.orders.services.give_back import Giving, lock_paid
from apps.orders.services.refund import CalledOff, refund
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.tickets.states import TicketState

REASON = "what it was paid with went back"


def refund_suspect(order: Order, giving: Giving, *, at: datetime) -> OrderRefund:
    """
    All of it goes back to whom it perhaps was taken from. What a ticket became at a counter is not given
    back, as the organizer has that money, but blocked until the organizer decides.

    :raises NotRefundable: nothing was changed.
    """
    with transaction.atomic():
        locked = lock_paid(order)
        decided = refund(locked, CalledOff(), giving, at=at)
        better = Ticket.objects.filter(unit__line__upgrades__line__order=locked)
        valid = better.filter(state=TicketState.VALID)
        for ticket in valid.select_for_update(no_key=True, of=("self",)).order_by("pk"):
            block(ticket, reason=REASON, actor=giving.actor, at=at)
    return decided
