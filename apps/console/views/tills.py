"""Tills as the organizer sees them: what was in them, and what was missing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from apps.accounts.roles import Capability
from apps.box_office.forms import ClosingForm
from apps.box_office.models import LineKind, Till
from apps.box_office.selectors import Side, lines_of, report_of
from apps.box_office.services.book import TillClosed, must_hold
from apps.box_office.services.close_till import Count, close_till
from apps.box_office.states import TillState
from apps.console.desk import Asking, Desk
from apps.core import csv_stream
from apps.events.models import Event
from apps.payments.gateways.offline import Method

LINES_SHOWN = 500


def overview(request: HttpRequest, desk: Desk, till: Till) -> HttpResponse:
    may_change = desk.may(request, Capability.CHANGE_ORDERS, till)
    return desk.render(
        request,
        "console/till.html",
        till,
        title=str(till.device),
        till=till,
        event=till.device.event,
        report=report_of(till),
        lines=lines_of(till)[:LINES_SHOWN],
        abandoned=may_change and _is_abandoned(till),
    )


def closing(request: HttpRequest, desk: Desk, till: Till) -> HttpResponse:
    """A phone that is revoked cannot close its till any more: somebody counts it for it."""
    if not _is_abandoned(till):
        messages.warning(request, _("Its phone closes it. Revoke the phone first if it is lost."))
        return redirect(desk.url("overview", till))
    terminal = bool(must_hold(till, Method.CARD))
    form = ClosingForm(till.currency, request.POST.dict() or None, terminal=terminal)
    if request.method == "POST" and form.is_valid():
        count = Count(form.cleaned_data["cash"], form.terminal())
        try:
            close_till(till, count, actor=desk.actor(request), at=now())
        except TillClosed:
            messages.warning(request, _("It was closed already. This is how."))
        return redirect(desk.url("overview", till))
    line = _(
        "Count first, then type. What there should be is shown after it. A closed till stays closed."
    )
    return desk.ask(
        request,
        till,
        Asking(
            title=_("Close the till"),
            form=form,
            button=_("Close the till"),
            lines=[line],
            back=desk.url("overview", till),
        ),
    )


def csv(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    rows: QuerySet[Any] = desk.get_changelist_instance(request).get_queryset(request)
    kinds = [str(kind.label) for kind in LineKind]
    side = [*kinds, _("There should be"), _("Counted"), _("Difference")]
    head = [
        _("Till"),
        _("Event"),
        _("Phone"),
        _("Who sells"),
        _("State"),
        _("Opened"),
        _("Closed"),
        _("Currency"),
        *(f"{_('Cash')}: {word}" for word in side),
        *(f"{_('Card')}: {word}" for word in side),
    ]
    return csv_stream.response("tills", head, _rows(rows.order_by()))


def _rows(rows: QuerySet[Till]) -> Iterator[list[Any]]:
    for till in csv_stream.in_chunks(rows.select_related("device__event")):
        report = report_of(till)
        yield [
            till.pk,
            till.device.event.title,
            till.device.name,
            till.cashier,
            till.get_state_display(),
            _time(till.opened_at, till.device.event),
            _time(till.closed_at, till.device.event),
            till.currency,
            *_side(till, report.cash),
            *_side(till, report.card),
        ]


def _side(till: Till, side: Side) -> list[str]:
    nothing = till.money(0)
    sums = [side.parts[kind].amount if kind in side.parts else nothing for kind in LineKind]
    ends = [side.expected, side.counted, side.difference]
    return [money.plain() if money is not None else "" for money in (*sums, *ends)]


def _is_abandoned(till: Till) -> bool:
    return till.state == TillState.OPEN and till.device.revoked_at is not None


def _time(moment: datetime | None, event: Event) -> str:
    return f"{localtime(moment, event.zone):%Y-%m-%d %H:%M}" if moment else ""
