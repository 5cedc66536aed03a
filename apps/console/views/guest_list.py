"""Many guests at once: what was understood is shown before anybody is given a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.console.desk import Desk
from apps.console.forms.guest_list import GuestListForm
from apps.events.models import Event
from apps.events.states import EventState
from apps.inventory.claims import VeryBusy
from apps.orders.guest_list import GuestLine
from apps.orders.models import Order
from apps.orders.services.complimentary import Guest
from apps.orders.services.give_list import Listed, ListTooLong, give_list
from apps.orders.states import Channel

GIVE = "give"


def guest_list(request: HttpRequest, desk: Desk, event: Event) -> HttpResponse:
    form = GuestListForm(request.POST or None, event=event)
    right = request.method == "POST" and form.is_valid()
    wanted = right and GIVE in request.POST
    if wanted and form.is_as_shown() and _give(request, desk, event, form):
        return redirect(desk.url("guests", event))
    context: dict[str, Any] = {
        "event": event,
        "form": form,
        "open": event.state == EventState.PUBLISHED,
        "rows": _rows(event, form.lines),
    }
    if right:
        context |= {
            "changed": wanted and not form.is_as_shown(),
            "hidden": form.hidden(),
            "summary": _summary(form),
            "tickets": form.tickets,
            "mails": sum(bool(line.email) for line in form.lines),
            "nameless": sum(not line.email for line in form.lines),
        }
    return desk.render(
        request, "console/guest_list.html", event, title=_("A whole guest list"), **context
    )


def _give(request: HttpRequest, desk: Desk, event: Event, form: GuestListForm) -> bool:
    if event.state != EventState.PUBLISHED:
        form.add_error(None, _("Tickets can be given while the event is published."))
        return False
    variant, language = form.variant, form.cleaned_data["language"]
    variant.event = event
    listed = [Listed(Guest(one.email, one.name, language), one.tickets) for one in form.lines]
    key = str(form.cleaned_data["key"])
    try:
        orders = give_list(variant, listed, key=key, actor=desk.actor(request), at=now())
    except ListTooLong as short:
        text = _("“%(quota)s” has %(left)s places left, and the list takes %(wanted)s.")
        words = {"quota": short.quota.name, "left": short.left, "wanted": short.wanted}
        form.add_error(None, text % words)
        return False
    except VeryBusy:
        form.add_error(None, _("Very busy just now. Please try again."))
        return False
    messages.success(request, _said(orders))
    return True


def _summary(form: GuestListForm) -> str:
    tickets = ngettext("%(count)d ticket", "%(count)d tickets", form.tickets)
    guests = ngettext("%(count)d guest", "%(count)d guests", len(form.lines))
    return _("%(tickets)s “%(kind)s” for %(guests)s.") % {
        "tickets": tickets % {"count": form.tickets},
        "kind": form.variant.name,
        "guests": guests % {"count": len(form.lines)},
    }


def _said(orders: Sequence[Order]) -> str:
    told = ngettext(
        "%(count)d guest is on the list. Whoever has an address gets a mail.",
        "%(count)d guests are on the list. Whoever has an address gets a mail.",
        len(orders),
    )
    return told % {"count": len(orders)}


def _rows(event: Event, lines: Sequence[GuestLine]) -> list[tuple[GuestLine, bool]]:
    """Each line, and whether such a guest was given tickets before: a list is often pasted twice."""
    if not lines:
        return []
    given = Order.objects.filter(event=event, channel=Channel.GUEST_LIST)
    known = {(name.casefold(), email) for name, email in given.values_list("name", "email")}
    return [(line, line.who in known) for line in lines]
