"""An organizer's program takes data out: asked for, made by a worker, fetched."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.timezone import now
from ninja import Router, Schema, Status

from apps.accounts.models import Organizer
from apps.api import problems
from apps.api.caller import Caller, caller_of
from apps.events.models import Event
from apps.exports.kind import Kind, Narrows
from apps.exports.kinds import KINDS
from apps.exports.models import ExportFile, Form
from apps.exports.scope import Scope, zone_of
from apps.exports.services.request import request_file
from apps.exports.states import UNMADE
from apps.exports.take import NotReady, download
from apps.exports.wanted import Wanted

router = Router(tags=["exports"])

UNMADE_MAX = 10  # of an organizer, at once


class ExportIn(Schema):
    kind: str
    form: Literal["csv", "csv_de", "xlsx", "datev"] = "csv"
    first: date
    last: date
    event: str = ""  # slug


class ExportOut(Schema):
    id: int
    kind: str
    form: str
    first: date
    last: date
    status: str
    rows: int
    size: int
    sha256: str
    expires_at: datetime | None


@router.post("", response={202: ExportOut})
def create_export(request: HttpRequest, body: ExportIn) -> Status[ExportOut]:
    """
    Of the key's organizer. A worker makes the file, also a small one: ask until its status is `ready`,
    then fetch it. Bookings (`datev`) have a form of their own, whichever is named.
    """
    caller = caller_of(request)
    organizer = _organizer(caller)
    wanted = _wanted(body, caller, organizer)
    if sentences := wanted.kind.why_not(wanted.scope, now()):
        raise problems.Problem(409, "not_possible", " ".join(sentences))
    unmade = ExportFile.objects.filter(export__organizer=organizer, state__in=UNMADE)
    if unmade.count() >= UNMADE_MAX:
        raise problems.too_many(60)
    file = request_file(wanted, language=organizer.language, actor=caller.name, at=now())
    return Status(202, _out(file))


@router.get("/{export}", response=ExportOut)
def get_export(request: HttpRequest, export: int) -> ExportOut:
    return _out(_file(caller_of(request), export))


@router.get("/{export}/file")
def get_export_file(request: HttpRequest, export: int) -> HttpResponseBase:
    """409 `not_ready` until it is made, and once its time is over."""
    caller = caller_of(request)
    file = _file(caller, export)
    try:
        return download(file, actor=caller.name, at=now())
    except NotReady as error:
        raise problems.Problem(409, "not_ready", f"It is {file.state_at(now())}.") from error


def _organizer(caller: Caller) -> Organizer:
    """:raises Problem: people have the console."""
    if caller.key is None:
        raise problems.unauthenticated() if caller.user is None else problems.forbidden()
    return caller.key.organizer


def _wanted(body: ExportIn, caller: Caller, organizer: Organizer) -> Wanted:
    kind = KINDS.get(body.kind)
    if kind is None:
        words = ", ".join(KINDS)
        raise problems.Problem(422, "unknown_kind", f"There are {words}.")
    caller.must(kind.to, organizer)
    if body.first > body.last:
        raise problems.Problem(422, "period", "The last day is before the first.")
    event = _event(body.event, kind, organizer)
    form = Form(body.form) if body.form in kind.forms else kind.forms[0]
    zone = kind.zone or zone_of(organizer, event)
    return Wanted(kind, form, Scope(organizer, event, body.first, body.last, zone))


def _event(slug: str, kind: Kind, organizer: Organizer) -> Event | None:
    if not slug:
        return None
    if kind.narrows is Narrows.TO_ORGANIZER:
        raise problems.Problem(422, "all_events", "This is of all events together.")
    event = Event.objects.filter(slug=slug, organizer=organizer).first()
    if event is None:
        raise problems.not_found("event")
    return event


def _file(caller: Caller, export: int) -> ExportFile:
    """:raises Problem: also for one of another organizer, and asked each time."""
    organizer = _organizer(caller)
    rows = ExportFile.objects.select_related("export__organizer", "export__event")
    file = rows.filter(export=export, export__organizer=organizer).first()
    if file is None:
        raise problems.not_found("export")
    caller.must(KINDS[file.export.kind].to, organizer)
    return file


def _out(file: ExportFile) -> ExportOut:
    export = file.export
    return ExportOut(
        id=export.pk,
        kind=export.kind,
        form=export.form,
        first=export.first,
        last=export.last,
        status=file.state_at(now()),
        rows=file.rows,
        size=file.size,
        sha256=file.sha256,
        expires_at=file.expires_at,
    )
