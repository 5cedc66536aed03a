"""One ticket: whom it admits, what happened to it, block and unblock."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.roles import Capability
from apps.checkin.models import Scan
from apps.console.desk import Desk
from apps.console.forms.orders import ReasonForm
from apps.console.selectors.orders import story_of
from apps.core.transitions import IllegalTransition, LostRace
from apps.orders.models import Order
from apps.tickets.models import Ticket
from apps.tickets.services.block import block, unblock
from apps.tickets.states import TicketState

SCANS_MAX = 100


def overview(request: HttpRequest, desk: Desk, ticket: Ticket) -> HttpResponse:
    order = Order.objects.select_related("event", "organizer").get(lines__units__ticket=ticket)
    mine = f"{ticket._meta.verbose_name} {ticket}"
    return desk.render(
        request,
        "console/ticket.html",
        ticket,
        title=ticket.reference,
        ticket=ticket,
        order=order,
        may_block=desk.may(request, Capability.BLOCK_TICKETS, ticket),
        happenings=[h for h in story_of(order).happenings if h.what == mine],
        scans=Scan.objects.filter(ticket=ticket)
        .select_related("gate")
        .order_by("-received_at")[:SCANS_MAX],
    )


def blocking(request: HttpRequest, desk: Desk, ticket: Ticket) -> HttpResponse:
    """Block a valid ticket, or unblock a blocked one."""
    blocked = ticket.state == TicketState.BLOCKED
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verb = unblock if blocked else block
        try:
            verb(ticket, reason=form.cleaned_data["reason"], actor=desk.actor(request), at=now())
        except (IllegalTransition, LostRace):
            messages.warning(request, _("The ticket has changed meanwhile."))
        else:
            told = _("It admits again.") if blocked else _("Blocked: the door refuses it.")
            messages.success(request, told)
        return redirect(desk.url("overview", ticket))
    if blocked:
        title, line = _("Unblock"), _("The door admits this ticket again.")
    else:
        title = _("Block")
        line = _("The door refuses this ticket. Its place stays sold, and no money goes back.")
    return desk.ask_before(request, ticket, title=title, line=line, form=form)
