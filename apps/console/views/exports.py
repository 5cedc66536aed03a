"""Data that leaves: what a list shows, as CSV with its search and filters; and whole exports."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Asking, Desk
from apps.console.forms.exports import ExportForm
from apps.core import csv_stream
from apps.exports.kinds import KINDS
from apps.exports.kinds.sales import ATTENDEES, ORDERS, rows_of_orders, rows_of_tickets
from apps.exports.models import Export, ExportFile
from apps.exports.states import UNMADE
from apps.exports.take import NotReady, download, take
from apps.exports.wanted import Wanted, again
from apps.exports.words import failure_words

DOWNLOADS_SHOWN = 20


def orders(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    rows = rows_of_orders(_listed(request, desk))
    return csv_stream.response("orders", ORDERS.head, rows)


def attendees(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    rows = rows_of_tickets(_listed(request, desk))
    return csv_stream.response("attendees", ATTENDEES.head, rows)


def new(request: HttpRequest, desk: Desk) -> HttpResponseBase:
    form = ExportForm(request.POST or None, access=desk.access(request), at=now())
    if request.method == "POST" and form.is_valid():
        return _take(request, desk, form.wanted())
    lines = [
        _("Days are whole days where the event is. Amounts stand beside their currency."),
        _("What is large is made in the background: you get a mail when it is ready."),
        _("It is on record that you took it out. Keep personal data only as long as you need it."),
    ]
    return desk.ask(request, None, Asking(_("New export"), form, _("Download"), lines))


def overview(request: HttpRequest, desk: Desk, export: Export) -> HttpResponseBase:
    """What was taken out, its file if it has one, and the same again."""
    _must(request, desk, export)
    wanted = again(export)
    if request.method == "POST":
        if sentences := wanted.kind.why_not(wanted.scope, now()):
            for sentence in sentences:
                messages.error(request, sentence)
        else:
            return _take(request, desk, wanted)
    return _page(request, desk, export, "console/export.html")


def live(request: HttpRequest, desk: Desk, export: Export) -> HttpResponse:
    """The part of the page that counts by itself."""
    _must(request, desk, export)
    return _page(request, desk, export, "console/export.html#live")


def file(request: HttpRequest, desk: Desk, export: Export) -> HttpResponseBase:
    """Who asks is asked each time: a link that was handed on opens nothing."""
    _must(request, desk, export)
    made = ExportFile.objects.filter(export=export).first()
    if made is None:
        raise Http404
    try:
        return download(made, actor=desk.actor(request), at=now())
    except NotReady:
        return redirect(desk.url("overview", export))


def _page(request: HttpRequest, desk: Desk, export: Export, template: str) -> HttpResponse:
    made = ExportFile.objects.filter(export=export).first()
    state = made.state_at(now()) if made else None
    return desk.render(
        request,
        template,
        export,
        title=KINDS[export.kind].title,
        export=export,
        file=made,
        state=state,
        going=state in UNMADE,
        failure=failure_words(made.failure) if made else "",
        downloads=made.downloads.order_by("-pk")[:DOWNLOADS_SHOWN] if made else [],
    )


def _take(request: HttpRequest, desk: Desk, wanted: Wanted) -> HttpResponseBase:
    taken = take(wanted, actor=desk.actor(request), at=now())
    if isinstance(taken, ExportFile):
        messages.info(request, _("There is a lot of it. You get a mail when it is ready."))
        return redirect(desk.url("overview", taken.export))
    return taken


def _must(request: HttpRequest, desk: Desk, export: Export) -> None:
    """:raises PermissionDenied: each kind asks for its own capability."""
    if not desk.access(request).may(KINDS[export.kind].to, export.organizer_id):
        raise PermissionDenied


def _listed(request: HttpRequest, desk: Desk) -> QuerySet[Any]:
    """Drop the list's own order and page: the file is by id."""
    rows: QuerySet[Any] = desk.get_changelist_instance(request).get_queryset(request)
    return rows.order_by()
