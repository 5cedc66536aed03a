"""A ticket somebody has, and the better ones it can become."""

from __future__ import annotations

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.box_office.counter import Counter, with_a_till
from apps.box_office.forms import sale_key
from apps.box_office.models import Till
from apps.box_office.services import upgrade
from apps.core.references import normalise
from apps.events.fees import terms_of
from apps.events.models import Event
from apps.inventory.claims import SoldOut, VeryBusy
from apps.orders.services.place import KeyReused, TooManyHolds
from apps.orders.services.refused import Refused
from apps.orders.services.upgrade import NotUpgradable, face_of_one
from apps.orders.views import refusals
from apps.tickets import tokens
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from apps.variants.pricing import TicketPrice, upgrade_price


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_till
def upgrades(request: HttpRequest, counter: Counter, till: Till) -> HttpResponse:
    if request.method == "POST":
        return _begin(request, counter, till)
    typed = request.GET.get("ticket", "").replace("\x00", "")
    return _page(request, counter, typed)


def _begin(request: HttpRequest, counter: Counter, till: Till) -> HttpResponse:
    sent = request.POST.dict()
    ticket, sale = _find(counter.event, sent.get("ticket", "")), sale_key(sent)
    chosen = sent.get("variant", "")
    variants = Variant.objects.filter(event=counter.event, pk=chosen if chosen.isdecimal() else 0)
    variant = variants.first()
    if ticket is None or variant is None or sale is None:
        return _page(request, counter, sent.get("ticket", ""), status=422)
    language = get_language() or "en"
    try:
        order = upgrade.begin(till, ticket, variant, sale=sale, language=language, at=now())
    except (NotUpgradable, Refused, KeyReused, SoldOut, TooManyHolds, VeryBusy) as refused:
        return _page(request, counter, ticket.reference, error=_words(refused), status=409)
    return redirect("box_office:sale", counter.event.slug, order.reference)


def _words(refused: Exception) -> str:
    if isinstance(refused, upgrade.WentIn):
        return _("Somebody went in with this ticket already.")
    if isinstance(refused, NotUpgradable):
        return _("This ticket cannot be upgraded: it admits no more, or is an upgrade itself.")
    if isinstance(refused, KeyReused):
        return _("This page was from before. Look at the choice and press once more.")
    if isinstance(refused, SoldOut):
        return refusals.sold_out(refused).text
    if isinstance(refused, Refused):
        return " ".join(refusal.text for refusal in refused.refusals)
    return refusals.of(refused).text


def _page(
    request: HttpRequest, counter: Counter, typed: str, *, error: str = "", status: int = 200
) -> HttpResponse:
    ticket = _find(counter.event, typed)
    page = {
        "counter": counter,
        "event": counter.event,
        "typed": typed,
        "ticket": ticket,
        "unknown": bool(typed) and ticket is None,
        "choices": _better(counter.event, ticket) if ticket else [],
        "error": error,
        "sale": uuid4(),
    }
    return render(request, "box_office/upgrades.html", page, status=status)


def _better(event: Event, ticket: Ticket) -> list[tuple[Variant, TicketPrice]]:
    """What it can become, with what is to pay. Whether there is a place, the holding of it says."""
    paid = face_of_one(upgrade.unit_of(ticket).line)
    variants = Variant.objects.shown().filter(event=event, members_only=False)
    at, found = now(), []
    terms = terms_of(event, at=at)
    for variant in variants.exclude(pk=ticket.variant_id):
        variant.event = event
        if paid <= variant.price and not variant.opens_later(at=at) and not variant.closed(at=at):
            found.append((variant, upgrade_price(variant, paid, terms=terms)))
    return found


def _find(event: Event, typed: str) -> Ticket | None:
    """By its code, as a scanner types it, or the characters beside it."""
    try:
        reference = tokens.read(typed.strip()).reference
    except tokens.NotOurs:
        reference = normalise(typed)
    return Ticket.objects.filter(event=event, reference=reference).select_related("variant").first()
