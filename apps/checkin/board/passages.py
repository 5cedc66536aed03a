"""Who came in when, and every look at a code, as rows of CSV in the order it happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.checkin.models import Entry, Scan
from apps.checkin.rules import OVERRULED, REASONS
from apps.checkin.services.merge import LOST_CALL
from apps.checkin.services.second_look import WAS_GOOD
from apps.core.csv_stream import CHUNK
from apps.events.models import Event
from apps.tickets.models import Ticket


def entries_head() -> list[str]:
    return [
        *(_("Came in"), _("Went out"), _("Gate"), _("Phone")),
        *(_("Ticket"), _("Name"), _("Kind of ticket"), _("Access level"), _("Seat or place")),
        *(_("Standing"), _("Order unknown"), _("Give or take (s)"), _("Undone")),
        *(_("Supervisor"), _("Their words"), _("Doubt"), _("Decided")),
    ]


def entries_rows(event: Event) -> Iterator[list[Any]]:
    """Also those that were undone, with when."""
    entries = Entry.objects.filter(event=event).select_related(
        "gate", "ticket__variant", "scan__supervisor"
    )
    for entry in _in_time(entries, "at"):
        yield [
            *(_clock(entry.at, event.zone), _clock(entry.left_at, event.zone)),
            *(entry.gate.name if entry.gate else "", entry.device_name),
            *_ticket(entry.ticket),
            *(entry.get_standing_display(), _("yes") if entry.order_unknown else ""),
            *(_seconds(entry.within_ms), _clock(entry.undone_at, event.zone)),
            *_overruled(entry.scan),
            reason_word(entry.scan.doubt),
            entry.scan.get_decided_by_display(),
        ]


def scans_head() -> list[str]:
    return [
        *(_("Time"), _("Give or take (s)"), _("Direction"), _("Gate"), _("Phone"), _("Mode")),
        *(_("Decided"), _("Verdict"), _("Reason"), _("Doubt")),
        *(_("Ticket"), _("Name"), _("Kind of ticket"), _("Access level"), _("Seat or place")),
        *(_("Supervisor"), _("Their words"), _("Arrived here")),
    ]


def scans_rows(event: Event) -> Iterator[list[Any]]:
    scans = Scan.objects.filter(event=event).select_related("gate", "ticket__variant", "supervisor")
    for scan in _in_time(scans.defer("answer"), "happened_at"):
        yield [
            *(_clock(scan.happened_at, event.zone), _seconds(scan.within_ms)),
            *(scan.get_direction_display(), scan.gate.name if scan.gate else ""),
            *(scan.device_name, scan.get_mode_display(), scan.get_decided_by_display()),
            *(scan.get_verdict_display(), reason_word(scan.reason), reason_word(scan.doubt)),
            *_ticket(scan.ticket),
            *_overruled(scan),
            _clock(scan.received_at, event.zone),
        ]


def reason_word(reason: str) -> str:
    """A sentence; "" where the verdict says it all."""
    if reason == OVERRULED:
        return _("A supervisor let them in all the same.")
    if reason == WAS_GOOD:
        return _("By what we knew then the ticket was good.")
    if reason == LOST_CALL:
        return _("The phone heard no answer and decided by itself, under another number.")
    return str(REASONS.get(reason, ""))


def _in_time(rows: QuerySet[Any], moment: str) -> Iterator[Any]:
    """Ids in order first, then a chunk at a time: no snapshot is held open while somebody's line is slow."""
    ids = list(rows.order_by(moment, "pk").values_list("pk", flat=True))
    for start in range(0, len(ids), CHUNK):
        chunk = rows.in_bulk(ids[start : start + CHUNK])
        yield from (chunk[pk] for pk in ids[start : start + CHUNK] if pk in chunk)


def _ticket(ticket: Ticket | None) -> Sequence[str]:
    if ticket is None:
        return ("", "", "", "", "")
    return (
        ticket.spoken_reference,
        ticket.holder_name,
        ticket.variant.name,
        ticket.access_level,
        ticket.place_label,
    )


def _overruled(scan: Scan) -> Sequence[str]:
    return (scan.supervisor.name if scan.supervisor else "", scan.overrule_words)


def _clock(moment: datetime | None, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).isoformat(" ", "seconds") if moment else ""


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / 1000:g}" if milliseconds else ""
