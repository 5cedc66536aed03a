"""Why tickets are blocked, in words for their buyer. Asked only where one is."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from apps.orders.models import DisputedTicket
from apps.payments.services.refund import TAKEN_BACK
from apps.payments.states import DisputeState
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState


def why_blocked(tickets: Iterable[Ticket]) -> dict[int, str]:
    """By ticket, of those that are blocked."""
    blocked = [ticket.pk for ticket in tickets if ticket.state == TicketState.BLOCKED]
    if not blocked:
        return {}
    disputes = DisputedTicket.objects.filter(ticket__in=blocked, dispute__state__in=TAKEN_BACK)
    states: dict[int, set[str]] = {}
    for ticket, state in disputes.values_list("ticket", "dispute__state"):
        states.setdefault(ticket, set()).add(state)
    return {pk: _words(states.get(pk, set())) for pk in blocked}


def _words(disputes: set[str]) -> str:
    if DisputeState.LOST in disputes:
        return _("The payment for this ticket was taken back. It does not admit any more.")
    if disputes:
        return _("The payment for this ticket is disputed. It is blocked until that is decided.")
    return _("This ticket is blocked. Please ask the organizer.")
