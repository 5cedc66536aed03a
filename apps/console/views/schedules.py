"""Exports that come by mail: agreed, looked at, stopped."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Asking, Desk
from apps.console.forms.exports import ScheduleForm
from apps.console.forms.team import SureForm
from apps.exports.kinds import KINDS
from apps.exports.models import ExportSchedule, Form
from apps.exports.services.schedule import recipients_of, start, stop

SHOWN = 24


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    form = ScheduleForm(request.POST or None, access=desk.access(request))
    if request.method == "POST" and form.is_valid():
        schedule = start(form.new(), actor=desk.actor(request), at=now())
        messages.success(request, _("It comes when the week or month that runs now is over."))
        return redirect(desk.url("overview", schedule))
    lines = [
        _("When a week or a month is over, a file of it is made, and a link to it is mailed."),
        _("The link opens it for who is in the team and may see it, and for seven days."),
    ]
    return desk.ask(request, None, Asking(_("New export by mail"), form, _("Begin"), lines))


def overview(request: HttpRequest, desk: Desk, schedule: ExportSchedule) -> HttpResponse:
    _must(request, desk, schedule)
    return desk.render(
        request,
        "console/export_schedule.html",
        schedule,
        title=KINDS[schedule.kind].title,
        schedule=schedule,
        form_words=Form(schedule.form).label,
        recipients=recipients_of(schedule),
        came=schedule.exports.select_related("file").order_by("-pk")[:SHOWN],
    )


def stopping(request: HttpRequest, desk: Desk, schedule: ExportSchedule) -> HttpResponse:
    _must(request, desk, schedule)
    if request.method == "POST":
        stop(schedule, actor=desk.actor(request), at=now())
        messages.success(request, _("It comes no more."))
        return redirect(desk.url("overview", schedule))
    line = _("No more files are made and no more mails sent. What has come stays for its time.")
    return desk.ask_before(request, schedule, title=_("Stop it"), line=line, form=SureForm())


def _must(request: HttpRequest, desk: Desk, schedule: ExportSchedule) -> None:
    """:raises PermissionDenied: each kind asks for its own capability."""
    if not desk.access(request).may(KINDS[schedule.kind].to, schedule.organizer_id):
        raise PermissionDenied
