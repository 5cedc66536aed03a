"""Tickets as their buyer sees them: with a code while they admit, else with the reason they do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from apps.orders.keys import image_key
from apps.tickets import pictures
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState

_GONE = {
    TicketState.BLOCKED: _("This ticket is blocked. Please ask the organizer."),
    TicketState.REFUNDED: _("This ticket was taken back. It does not admit any more."),
    TicketState.TRANSFERRED: _("This ticket was passed on. It does not admit any more."),
}


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """code: inline SVG, drawn at once. Without one the page loads a picture of it when it is seen."""

    ticket: Ticket
    code: SafeString
    gone: str

    @property
    def image_key(self) -> str:
        return image_key(self.ticket)


def with_code(ticket: Ticket) -> ShownTicket:
    gone = _gone(ticket)
    # Drawn by us from a token of ours: nothing a visitor typed is in it.
    drawn = SafeString() if gone else mark_safe(pictures.svg(ticket))  # noqa: S308 - see above
    return ShownTicket(ticket, drawn, gone)


def in_a_list(tickets: Iterable[Ticket]) -> list[ShownTicket]:
    """Those that admit first, the first with its code; drawing them all would keep a big order waiting."""
    return [
        ShownTicket(ticket, SafeString(), _gone(ticket)) if number else with_code(ticket)
        for number, ticket in enumerate(sorted(tickets, key=lambda ticket: bool(_gone(ticket))))
    ]


def _gone(ticket: Ticket) -> str:
    return str(_GONE.get(TicketState(ticket.state), ""))
