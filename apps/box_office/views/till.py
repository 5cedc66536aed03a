"""The till of a phone: opened, moved, counted, told."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.box_office.counter import Counter, at_the_counter, with_a_till
from apps.box_office.forms import ClosingForm, MovementForm, OpeningForm
from apps.box_office.models import Till, TillLine
from apps.box_office.selectors import lines_of, report_of
from apps.box_office.services.book import TillClosed, must_hold
from apps.box_office.services.close_till import Count, close_till
from apps.box_office.services.move_cash import NotThatMuch, put_in, take_out
from apps.box_office.services.open_till import TillIsOpen, open_till
from apps.box_office.views.selling import opening
from apps.payments.gateways.offline import Method

LINES_SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
@at_the_counter
def tills(request: HttpRequest, counter: Counter) -> HttpResponse:
    """Those this phone had; posting opens one."""
    if request.method == "POST":
        return _open(request, counter)
    found = Till.objects.filter(device=counter.device).order_by("-pk")
    page = {"counter": counter, "event": counter.event, "tills": found}
    return render(request, "box_office/tills.html", page)


@require_safe
@at_the_counter
def report(request: HttpRequest, counter: Counter, number: int) -> HttpResponse:
    till = get_object_or_404(Till, pk=number, device=counter.device)
    till.device = counter.device
    page = {
        "counter": counter,
        "event": counter.event,
        "organizer": counter.event.organizer,
        "till": till,
        "report": report_of(till),
        "lines": lines_of(till)[:LINES_SHOWN],
    }
    return render(request, "box_office/report.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_till
def cash_in(request: HttpRequest, counter: Counter, till: Till) -> HttpResponse:
    page = {"title": _("Put cash in"), "button": _("Put in")}
    return _movement(request, counter, till, put_in, page)


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_till
def cash_out(request: HttpRequest, counter: Counter, till: Till) -> HttpResponse:
    page = {"title": _("Take cash out"), "button": _("Take out")}
    return _movement(request, counter, till, take_out, page)


@require_http_methods(["GET", "HEAD", "POST"])
@with_a_till
def closing(request: HttpRequest, counter: Counter, till: Till) -> HttpResponse:
    """The count is asked for before anybody sees what there should be."""
    data = request.POST.dict() if request.method == "POST" else None
    terminal = bool(must_hold(till, Method.CARD))
    form = ClosingForm(till.currency, data, terminal=terminal)
    if request.method != "POST" or not form.is_valid():
        page = {"counter": counter, "event": counter.event, "form": form, "till": till}
        status = 422 if form.errors else 200
        return render(request, "box_office/closing.html", page, status=status)
    count = Count(form.cleaned_data["cash"], form.terminal())
    try:
        close_till(till, count, actor=counter.sales, at=now())
    except TillClosed:
        messages.warning(request, _("It was closed already. This is how."))
    return redirect("box_office:report", counter.event.slug, till.pk)


def _open(request: HttpRequest, counter: Counter) -> HttpResponse:
    form = OpeningForm(counter.event.currency, request.POST.dict())
    if not form.is_valid():
        return opening(request, counter, form, status=422)
    sent = form.cleaned_data
    try:
        open_till(counter.device, sent["float"], cashier=sent["cashier"], key=sent["key"], at=now())
    except TillIsOpen:
        messages.info(request, _("This till is open."))
    return redirect("box_office:counter", counter.event.slug)


def _movement(
    request: HttpRequest,
    counter: Counter,
    till: Till,
    act: Callable[..., TillLine],
    words: dict[str, str],
) -> HttpResponse:
    form = MovementForm(till.currency, request.POST.dict() if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data
        try:
            act(till, sent["amount"], reason=sent["reason"], key=sent["key"], at=now())
            return redirect("box_office:report", counter.event.slug, till.pk)
        except NotThatMuch as less:
            text = _("There are only %(there)s in this till.") % {"there": less.there}
            form.add_error("amount", text)
        except TillClosed:
            return redirect("box_office:counter", counter.event.slug)
    page = {"counter": counter, "event": counter.event, "form": form, "till": till, **words}
    status = 422 if form.errors else 200
    return render(request, "box_office/movement.html", page, status=status)
