from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router

from apps.accounts.roles import Capability
from apps.api import problems
from apps.api.caller import caller_of
from apps.api.v1.schemas import BlockIn, TicketStatus
from apps.core.transitions import IllegalTransition, LostRace
from apps.tickets.models import Ticket
from apps.tickets.services.block import block, unblock

router = Router(tags=["tickets"])


@router.post("/{reference}/block", response=TicketStatus)
def block_ticket(request: HttpRequest, reference: str, body: BlockIn) -> TicketStatus:
    """It is refused at the door until it is unblocked."""
    return _change(request, reference, body.reason, block)


@router.post("/{reference}/unblock", response=TicketStatus)
def unblock_ticket(request: HttpRequest, reference: str, body: BlockIn) -> TicketStatus:
    return _change(request, reference, body.reason, unblock)


def _change(
    request: HttpRequest, reference: str, reason: str, change: Callable[..., None]
) -> TicketStatus:
    caller = caller_of(request)
    ticket = Ticket.objects.select_related("event__organizer").filter(reference=reference).first()
    if ticket is None:
        raise problems.not_found("ticket")
    caller.must(Capability.BLOCK_TICKETS, ticket.event.organizer)
    try:
        change(ticket, reason=reason, actor=caller.name, at=now())
    except (IllegalTransition, LostRace) as error:
        text = f"The ticket is {ticket.state}."
        raise problems.Problem(409, "wrong_state", text) from error
    return TicketStatus(reference=ticket.reference, status=ticket.state)
