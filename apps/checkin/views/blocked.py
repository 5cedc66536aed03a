from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.roles import Capability
from apps.checkin.doors import Door, door_of, members_door
from apps.checkin.forms import BlockForm
from apps.checkin.selectors import blocked
from apps.core.references import normalise
from apps.core.transitions import IllegalTransition, LostRace
from apps.tickets.models import Ticket
from apps.tickets.services.block import block, unblock


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def block_list(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST":
        here, _user = members_door(request, slug, to=Capability.BLOCK_TICKETS)
        form = BlockForm(request.POST)
        if form.is_valid() and _block(here, form):
            messages.success(request, _("Blocked. It does not open the door any more."))
            return redirect("checkin:blocked", slug)
        return _page(request, here, form, status=422)
    return _page(request, door_of(request, slug), BlockForm(), status=200)


@require_POST
def release(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.BLOCK_TICKETS)
    ticket = get_object_or_404(Ticket, event=here.event, reference=reference)
    try:
        unblock(ticket, reason=_("released at the door"), actor=here.actor, at=now())
        messages.success(request, _("Released. It opens the door again."))
    except (IllegalTransition, LostRace):
        messages.error(request, _("This ticket is not blocked any more."))
    return redirect("checkin:blocked", slug)


def _block(here: Door, form: BlockForm) -> bool:
    reference = normalise(form.cleaned_data["reference"])
    ticket = Ticket.objects.filter(event=here.event, reference=reference).first()
    if ticket is None:
        form.add_error("reference", _("This event has no such ticket."))
        return False
    try:
        block(ticket, reason=form.cleaned_data["reason"], actor=here.actor, at=now())
    except (IllegalTransition, LostRace):
        form.add_error("reference", _("It cannot be blocked: it is not valid any more."))
        return False
    return True


def _page(request: HttpRequest, here: Door, form: BlockForm, *, status: int) -> HttpResponse:
    page = {
        "event": here.event,
        "tickets": blocked(here.event),
        "form": form,
        "may_block": here.may(Capability.BLOCK_TICKETS),
    }
    return render(request, "checkin/blocked.html", page, status=status)
