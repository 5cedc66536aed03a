"""The trail of acts on money, and the seals of its days."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.console.act_words import act_words
from apps.console.desk import Desk
from apps.core import csv_stream
from apps.trail.models import DaySeal, MoneyAct

PAGE = 100


def overview(request: HttpRequest, desk: Desk, act: MoneyAct) -> HttpResponse:
    kind, _colon, pk = act.actor.partition(":")
    user = User.objects.filter(pk=pk).first() if kind == "user" and pk.isdecimal() else None
    return desk.render(
        request,
        "console/money_act.html",
        act,
        title=act_words(act.act),
        act=act,
        user=user,
        others=MoneyAct.objects.filter(subject=act.subject).exclude(pk=act.pk).order_by("-pk")[:50],
    )


def seals(request: HttpRequest, desk: Desk) -> HttpResponse:
    rows = DaySeal.objects.prefetch_related("tables").order_by("-day")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return desk.render(request, "console/seals.html", None, title=_("Seals"), page=page)


def csv(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    head = [
        _("When"),
        _("Act"),
        _("About"),
        _("Who"),
        _("From where"),
        _("Currency"),
        _("Amount"),
        _("Reason"),
    ]
    rows: QuerySet[MoneyAct] = desk.get_changelist_instance(request).get_queryset(request)
    return csv_stream.response("acts-on-money", head, _lines(rows.order_by()))


def _lines(rows: QuerySet[MoneyAct]) -> Iterator[list[Any]]:
    for act in csv_stream.in_chunks(rows):
        amount = act.amount.plain() if act.amount is not None else ""
        yield [
            f"{act.at:%Y-%m-%d %H:%M:%S}",
            act.act,
            act.subject,
            act.actor,
            act.origin,
            act.currency,
            amount,
            act.reason,
        ]
