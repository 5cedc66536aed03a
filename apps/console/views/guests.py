"""The guest list: tickets nobody pays for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Desk
from apps.console.forms.guest_list import GuestListForm
from apps.console.forms.orders import GuestForm
from apps.events.models import Event
from apps.events.states import EventState
from apps.inventory.claims import SoldOut, VeryBusy
from apps.orders.models import Order
from apps.orders.services.complimentary import Guest, give_tickets
from apps.orders.states import Channel


def guests(request: HttpRequest, desk: Desk, event: Event) -> HttpResponse:
    form = GuestForm(request.POST or None, event=event)
    if request.method == "POST" and form.is_valid() and _give(request, desk, event, form):
        return redirect(desk.url("guests", event))
    return desk.render(
        request,
        "console/guests.html",
        event,
        title=_("Guest list"),
        event=event,
        form=form,
        many=GuestListForm(event=event, auto_id="many_%s"),
        open=event.state == EventState.PUBLISHED,
        orders=Order.objects.filter(event=event, channel=Channel.GUEST_LIST)
        .select_related("event")
        .prefetch_related("lines")
        .order_by("-pk"),
    )


def _give(request: HttpRequest, desk: Desk, event: Event, form: GuestForm) -> bool:
    if event.state != EventState.PUBLISHED:
        form.add_error(None, _("Tickets can be given while the event is published."))
        return False
    typed = form.cleaned_data
    guest = Guest(typed["email"], typed["name"], typed["language"])
    try:
        order = give_tickets(event, form.heads(), guest, actor=desk.actor(request), at=now())
    except SoldOut as short:
        text = _("“%(quota)s” has %(left)s places left.")
        form.add_error(None, text % {"quota": short.quota.name, "left": short.left})
        return False
    except VeryBusy:
        form.add_error(None, _("Very busy just now. Please try again."))
        return False
    messages.success(request, _("The tickets are mailed to %s.") % order.email)
    return True
