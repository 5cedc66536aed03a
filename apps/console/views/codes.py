"""Discount codes: made, looked at, ended."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.roles import Capability
from apps.console.desk import Asking, Desk
from apps.console.forms.codes import BatchForm, OneCodeForm
from apps.console.forms.team import SureForm
from apps.core import csv_stream
from apps.core.money import Money
from apps.core.transitions import IllegalTransition, LostRace
from apps.orders.models import Order
from apps.orders.states import OrderState
from apps.trail.models import MoneyAct
from apps.vouchers.models import FREE, SPENT, Code
from apps.vouchers.services.end import end
from apps.vouchers.services.make import TextInvalid, TextTaken, make_batch, make_code
from apps.vouchers.states import CodeState

EVENTS = Capability.MANAGE_EVENTS
ORDERS_SHOWN = 100
_PAID = [OrderState.PAID, OrderState.COMPLETED]


def overview(request: HttpRequest, desk: Desk, code: Code) -> HttpResponse:
    paid = Order.objects.filter(code=code, state__in=_PAID)
    sums = (
        paid.order_by()
        .values("currency")
        .annotate(orders=Count("pk"), off=Sum("discount_minor"), taken=Sum("total_minor"))
    )
    operator = desk.access(request).everybody
    held = code.uses.exclude(claimed_until__in=[FREE, SPENT]).count()
    page = {
        "title": code.text,
        "code": code,
        "spent": code.uses.filter(claimed_until=SPENT).count(),
        "held": held,
        "sums": [
            {
                "orders": row["orders"],
                "off": Money(row["off"], row["currency"]),
                "total": Money(row["taken"], row["currency"]),
            }
            for row in sums.order_by("currency")
        ],
        "orders": paid.select_related("event").order_by("-paid_at")[:ORDERS_SHOWN],
        "variants": code.variants.select_related("event").order_by("pk"),
        "acts": MoneyAct.objects.about(code).order_by("pk") if operator else None,
        "endable": code.state == CodeState.LIVE and desk.may(request, EVENTS, code),
    }
    return desk.render(request, "console/code.html", code, **page)


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    organizers = desk.access(request).organizers(EVENTS)
    form = OneCodeForm(request.POST or None, organizers=organizers)
    if request.method == "POST" and form.is_valid():
        code = _make(form, actor=desk.actor(request))
        if code is not None:
            messages.success(request, _("%s works.") % code.text)
            return redirect(desk.url("overview", code))
    asking = Asking(_("Make a code"), form, _("Make the code"), [_never_changes()])
    return desk.ask(request, None, asking)


def batch(request: HttpRequest, desk: Desk) -> HttpResponse:
    organizers = desk.access(request).organizers(EVENTS)
    form = BatchForm(request.POST or None, organizers=organizers)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        terms = form.terms(budget=1)
        who, count, beginning = typed["organizer"], typed["count"], typed["beginning"]
        codes = make_batch(who, count, beginning, terms, actor=desk.actor(request), at=now())
        messages.success(request, _("%s codes were made.") % len(codes))
        return redirect(f"{desk.url('changelist')}?q={codes[0].note or beginning}")
    lines = [_("Random codes, each for one order, to give away one by one."), _never_changes()]
    asking = Asking(_("Make many codes"), form, _("Make the codes"), lines)
    return desk.ask(request, None, asking)


def ending(request: HttpRequest, desk: Desk, code: Code) -> HttpResponse:
    if request.method == "POST":
        try:
            end(code, actor=desk.actor(request), at=now())
        except (IllegalTransition, LostRace):
            messages.info(request, _("%s has ended already.") % code.text)
        else:
            messages.success(request, _("%s has ended.") % code.text)
        return redirect(desk.url("overview", code))
    line = _("Nobody can use it from now on. Who holds tickets with it may still pay.")
    return desk.ask_before(request, code, title=_("End the code"), line=line, form=SureForm())


def csv(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    listed: QuerySet[Code] = desk.get_changelist_instance(request).get_queryset(request)
    spent = Count("uses", filter=Q(uses__claimed_until=SPENT))
    rows = listed.order_by().select_related("event").annotate(spent=spent)
    head = [
        _("Code"),
        _("What it does"),
        _("Per cent off"),
        _("Off each ticket"),
        _("Currency"),
        _("Event"),
        _("Times in all"),
        _("Used"),
        _("State"),
        _("Note"),
    ]
    return csv_stream.response("codes", head, _rows(rows))


def _rows(codes: QuerySet[Code]) -> Iterator[list[Any]]:
    for code in csv_stream.in_chunks(codes):
        yield [
            code.text,
            code.get_kind_display(),
            code.percent or "",
            code.amount.plain() if code.amount_minor else "",
            code.currency,
            code.event.title if code.event else "",
            code.budget or "",
            code.spent,  # type: ignore[attr-defined]  # annotated by the query
            code.get_state_display(),
            code.note,
        ]


def _make(form: OneCodeForm, *, actor: str) -> Code | None:
    """What speaks against it is told in the form."""
    typed = form.cleaned_data
    terms = form.terms(budget=typed["budget"])
    try:
        return make_code(typed["organizer"], typed["text"], terms, actor=actor, at=now())
    except TextTaken:
        form.add_error("text", _("There is a code of this name, perhaps one that has ended."))
    except TextInvalid:
        form.add_error("text", _("A code needs letters or digits."))
    return None


def _never_changes() -> str:
    return _("What it says stays as it is. To change something, end it and make another.")
