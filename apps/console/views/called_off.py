"""Calling an event off, and watching everybody's money go back."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Desk
from apps.console.forms.event import CallOffForm
from apps.console.selectors.called_off import cost_of, progress_of, troubles_of
from apps.console.selectors.sales import sales_of
from apps.core.transitions import IllegalTransition, LostRace
from apps.events.models import Event
from apps.events.services.call_off import call_off
from apps.events.states import EventState
from apps.orders.services.called_off import begin_refunds
from apps.outbox.retry import retry


def calling_off(request: HttpRequest, desk: Desk, event: Event) -> HttpResponse:
    form = CallOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            call_off(event, reason=form.cleaned_data["reason"], actor=desk.actor(request), at=now())
        except (IllegalTransition, LostRace):
            messages.warning(request, _("Only a published event can be called off."))
            return redirect(desk.url("overview", event))
        messages.success(
            request, _("Called off. Nobody can buy tickets any more, and the money goes back.")
        )
        return redirect(desk.url("refunds", event))
    return desk.render(
        request,
        "console/calling_off.html",
        event,
        title=_("Call off"),
        event=event,
        form=form,
        sales=sales_of(event, at=now()),
        cost=cost_of(event),
    )


def refunds(request: HttpRequest, desk: Desk, event: Event) -> HttpResponse:
    return _progress(request, desk, event, "console/refunds.html")


def live(request: HttpRequest, desk: Desk, event: Event) -> HttpResponse:
    """The part of the page that counts by itself."""
    return _progress(request, desk, event, "console/refunds.html#live")


def again(request: HttpRequest, desk: Desk, event: Event) -> HttpResponse:
    """What was tried in vain is due now; whoever was passed over has its turn."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if event.state == EventState.CANCELLED:
        with transaction.atomic():
            retry(troubles_of(event), at=now())
            begin_refunds(event, after=0, at=now())
        messages.success(request, _("It is tried again."))
    return redirect(desk.url("refunds", event))


def _progress(request: HttpRequest, desk: Desk, event: Event, template: str) -> HttpResponse:
    if event.state != EventState.CANCELLED:
        return redirect(desk.url("overview", event))
    return desk.render(
        request,
        template,
        event,
        title=_("Money back"),
        event=event,
        progress=progress_of(event),
    )
