"""While a bank decides about an order's money its tickets do not admit."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from apps.core.models import StateChange
from apps.orders.models import DisputedTicket, Order, Unit
from apps.payments.models import Dispute
from apps.payments.services.refund import TAKEN_BACK
from apps.tickets.models import Ticket
from apps.tickets.services.block import block, unblock
from apps.tickets.states import TicketState

REASON = "dispute"


def block_tickets(order: Order, dispute: Dispute, *, at: datetime) -> None:
    """The valid ones; those another dispute blocks already are kept blocked by both."""
    for ticket in _locked(_bought(order)):
        if ticket.state == TicketState.VALID:
            block(ticket, reason=REASON, actor=_actor(dispute), at=at)
        elif not _held_by_another(ticket, dispute):
            continue  # blocked by hand, or ended: not ours to open again
        DisputedTicket.objects.get_or_create(dispute=dispute, ticket=ticket)


def unblock_tickets(dispute: Dispute, *, at: datetime) -> None:
    """Those it blocked, unless another dispute or somebody by hand has a reason of their own."""
    for ticket in _locked(Q(disputes__dispute=dispute)):
        if (
            ticket.state == TicketState.BLOCKED
            and not _held_by_another(ticket, dispute)
            and _last_reason(ticket) == REASON
        ):
            unblock(ticket, reason=REASON, actor=_actor(dispute), at=at)


def _bought(order: Order) -> Q:
    """With what they were upgraded to since."""
    units = set(Unit.objects.filter(line__order=order).values_list("pk", flat=True))
    newer = units
    while newer:
        better = Unit.objects.filter(line__upgrades__in=newer)
        newer = set(better.values_list("pk", flat=True)) - units
        units |= newer
    return Q(unit__in=units)


def _locked(wanted: Q) -> list[Ticket]:
    """In id order, as doors lock them: nobody waits in a ring."""
    tickets = Ticket.objects.select_for_update(no_key=True, of=("self",)).filter(wanted)
    return list(tickets.order_by("pk"))


def _held_by_another(ticket: Ticket, dispute: Dispute) -> bool:
    others = DisputedTicket.objects.filter(ticket=ticket, dispute__state__in=TAKEN_BACK)
    return others.exclude(dispute=dispute).exists()


def _last_reason(ticket: Ticket) -> str:
    changes = StateChange.objects.filter(subject=ticket._meta.label_lower, subject_id=ticket.pk)
    return changes.order_by("pk").values_list("reason", flat=True).last() or ""


def _actor(dispute: Dispute) -> str:
    return f"provider:{dispute.provider}"
