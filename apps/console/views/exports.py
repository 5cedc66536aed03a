"""Data that leaves: what a list shows, as CSV with its search and filters; and whole exports."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Asking, Desk
from apps.console.forms.exports import ExportForm
from apps.console.forms.team import SureForm
from apps.core import csv_stream
from apps.exports.kinds import KINDS
from apps.exports.kinds.sales import ATTENDEES, ORDERS, rows_of_orders, rows_of_tickets
from apps.exports.models import Export
from apps.exports.take import Wanted, again, take
from apps.exports.workbook import TooManyRows


def orders(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    rows = rows_of_orders(_listed(request, desk))
    return csv_stream.response("orders", ORDERS.head, rows)


def attendees(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    rows = rows_of_tickets(_listed(request, desk))
    return csv_stream.response("attendees", ATTENDEES.head, rows)


def new(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    form = ExportForm(request.POST or None, access=desk.access(request), today=now().date())
    if request.method == "POST" and form.is_valid():
        taken = _take(request, desk, form.wanted())
        if taken is not None:
            return taken
    lines = [
        _("Days are whole days where the event is. Amounts stand beside their currency."),
        _("It is on record that you took it out. Keep personal data only as long as you need it."),
    ]
    return desk.ask(request, None, Asking(_("New export"), form, _("Download"), lines))


def overview(request: HttpRequest, desk: Desk, export: Export) -> HttpResponseBase:
    """What was taken out, and the same again."""
    kind = KINDS[export.kind]
    owner = export.organizer_id
    if not desk.access(request).may(kind.to, owner):
        raise PermissionDenied
    if request.method == "POST":
        taken = _take(request, desk, again(export, kind))
        if taken is not None:
            return taken
    lines = [
        f"{kind.title} · {_day(export.first)} – {_day(export.last)}",
        str(export.event or export.organizer or _("All organizers")),
        str(export.get_form_display()),
    ]
    title = _("Export")
    return desk.ask(request, export, Asking(title, SureForm(), _("Download again"), lines))


def _take(request: HttpRequest, desk: Desk, wanted: Wanted) -> HttpResponseBase | None:
    try:
        return take(wanted, actor=desk.actor(request), at=now())
    except TooManyRows:
        text = _("These are too many rows for Excel at once. Take CSV, or fewer days.")
        messages.error(request, text)
        return None


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _listed(request: HttpRequest, desk: Desk) -> QuerySet[Any]:
    """Drop the list's own order and page: the file is by id."""
    rows: QuerySet[Any] = desk.get_changelist_instance(request).get_queryset(request)
    return rows.order_by()
