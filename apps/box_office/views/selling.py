"""The counter: what is for sale, and what was sold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.box_office.counter import Counter, at_the_counter, with_a_till
from apps.box_office.forms import OpeningForm, sale_key
from apps.box_office.models import Till
from apps.box_office.selectors import find_sales, unfinished
from apps.box_office.services.sell import begin_sale
from apps.core.rate_limit import allow
from apps.inventory.claims import SoldOut, VeryBusy
from apps.orders.forms import heads_of
from apps.orders.models import Order
from apps.orders.offers import offers
from apps.orders.services.place import (
    KeyReused,
    OpenOrderExists,
    TooManyHolds,
    UnknownVariant,
)
from apps.orders.services.refused import Refused
from apps.orders.views import refusals
from apps.variants.refusals import Refusal

ATTEMPTS, SECONDS = 60, 60


@require_safe
@at_the_counter
def counter(request: HttpRequest, counter: Counter) -> HttpResponse:
    if counter.till is None:
        return opening(request, counter, OpeningForm(counter.event.currency))
    return _counter(request, counter, {}, [])


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_till
def sales(request: HttpRequest, counter: Counter, till: Till) -> HttpResponse:
    if request.method == "POST":
        return _begin(request, counter, till)
    typed = request.GET.get("q", "").replace("\x00", "")
    page = {"counter": counter, "event": counter.event, "q": typed}
    page["sales"] = find_sales(counter.event, typed)
    return render(request, "box_office/sales.html", page)


def opening(
    request: HttpRequest, counter: Counter, form: OpeningForm, *, status: int = 200
) -> HttpResponse:
    page = {"counter": counter, "event": counter.event, "form": form}
    return render(request, "box_office/opening.html", page, status=status)


def _begin(request: HttpRequest, counter: Counter, till: Till) -> HttpResponse:
    heads = heads_of(request.POST.dict())
    if not allow(f"sell:{counter.device.pk}", ATTEMPTS, SECONDS):
        return _counter(request, counter, heads, [refusals.too_fast()], status=429)
    try:
        order = _order(request, till, heads)
    except Refused as refused:
        return _counter(request, counter, heads, refused.refusals, status=422)
    except SoldOut as sold_out:
        return _counter(request, counter, heads, [refusals.sold_out(sold_out)], status=409)
    except (TooManyHolds, VeryBusy, UnknownVariant) as trouble:
        return _counter(request, counter, heads, [refusals.of(trouble)], status=409)
    except (KeyReused, OpenOrderExists):
        # A page from before: its sale was another one.
        return _counter(request, counter, heads, [], status=409)
    return redirect("box_office:sale", counter.event.slug, order.reference)


def _order(request: HttpRequest, till: Till, heads: Mapping[int, int]) -> Order:
    sale = sale_key(request.POST.dict())
    if sale is None:
        raise KeyReused
    return begin_sale(till, heads, sale=sale, language=get_language() or "en", at=now())


def _counter(
    request: HttpRequest,
    counter: Counter,
    heads: Mapping[int, int],
    refused: Sequence[Refusal],
    *,
    status: int = 200,
) -> HttpResponse:
    at = now()
    errors = {e.variant.pk: e.text for e in refused if e.variant is not None}
    found = offers(counter.event, at=at, chosen=heads, errors=errors)
    general = [e.text for e in refused if e.variant is None]
    if status != 200 and not refused:
        general = [_("This page was from before. Look at the choice and press once more.")]
    page = {
        "counter": counter,
        "event": counter.event,
        # Nobody proves a membership here.
        "offers": [offer for offer in found if not offer.variant.members_only],
        "errors": general,
        "sale": uuid4(),
        "unfinished": unfinished(counter.device.pk, at=at),
    }
    return render(request, "box_office/counter.html", page, status=status)
