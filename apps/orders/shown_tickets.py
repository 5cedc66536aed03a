"""Tickets as their buyer sees them: with a code while they admit, else with the reason they do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from apps.events.states import EventState
from apps.orders.keys import image_key
from apps.orders.why_blocked import why_blocked
from apps.tickets import pictures
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState


@dataclass(frozen=True, slots=True)
class ShownTicket:
    """code: inline SVG, drawn at once. Without one the page loads a picture of it when it is seen."""

    ticket: Ticket
    code: SafeString
    gone: str

    @property
    def image_key(self) -> str:
        return image_key(self.ticket)


def admits(ticket: Ticket) -> bool:
    """Whether there is anything to show, print or mail of it."""
    return ticket.state == TicketState.VALID and ticket.event.state != EventState.CANCELLED


def with_code(ticket: Ticket) -> ShownTicket:
    return _with_code(ticket, _gone(ticket, why_blocked([ticket])))


def in_a_list(tickets: Iterable[Ticket]) -> list[ShownTicket]:
    """Those that admit first, the first with its code; drawing them all would keep a big order waiting."""
    found = list(tickets)
    why = why_blocked(found)
    told = sorted(((ticket, _gone(ticket, why)) for ticket in found), key=lambda of: bool(of[1]))
    return [
        ShownTicket(ticket, SafeString(), gone) if number else _with_code(ticket, gone)
        for number, (ticket, gone) in enumerate(told)
    ]


def _with_code(ticket: Ticket, gone: str) -> ShownTicket:
    # Drawn by us from a token of ours: nothing a visitor typed is in it.
    drawn = SafeString() if gone else mark_safe(pictures.svg(ticket))  # noqa: S308 - see above
    return ShownTicket(ticket, drawn, gone)


def _gone(ticket: Ticket, blocked: Mapping[int, str]) -> str:
    if ticket.state == TicketState.REFUNDED:
        return _("This ticket was taken back. It does not admit any more.")
    if ticket.state == TicketState.TRANSFERRED:
        return _("This ticket was passed on. It does not admit any more.")
    if not admits(ticket) and ticket.state == TicketState.VALID:
        return _("This event has been called off.")
    return blocked.get(ticket.pk, "")
