from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from apps.accounts.states import OrganizerState
from apps.exports.kinds import KINDS
from apps.exports.models import ExportSchedule, Form
from apps.exports.periods import after
from apps.exports.scope import Scope
from apps.exports.services.request import request_file
from apps.exports.services.schedule import recipients_of, zone_of_schedule
from apps.exports.wanted import Wanted

# On the organizer's clock, of the first day after: what was under way at midnight is in it.
HOUR = time(5)
_SELLING = (OrganizerState.APPLIED, OrganizerState.APPROVED)


def run_schedules(*, at: datetime) -> int:
    """
    Requests what is due, each period once however often and by however many this is run; what was
    missed is made up for, the oldest first. How many.
    """
    # A week is the shortest period, and nowhere on earth a day begins earlier than this.
    near = (at + timedelta(days=1)).date() - timedelta(days=7)
    due = ExportSchedule.objects.filter(stopped_at=None, next_first__lte=near)
    return sum(_run(pk, at=at) for pk in due.order_by("pk").values_list("pk", flat=True))


def _run(schedule_id: int, *, at: datetime) -> int:
    made = 0
    while _run_once(schedule_id, at=at):
        made += 1
    return made


@transaction.atomic
def _run_once(schedule_id: int, *, at: datetime) -> bool:
    rows = ExportSchedule.objects.select_for_update(no_key=True, of=("self",))
    schedule = rows.select_related("organizer", "event").get(pk=schedule_id)
    kind = KINDS[schedule.kind]
    zone = zone_of_schedule(kind, schedule.organizer, schedule.event)
    first, following = schedule.next_first, after(schedule.next_first, schedule.every)
    if schedule.stopped_at or at < datetime.combine(following, HOUR, zone):
        return False
    schedule.next_first = following
    schedule.save(update_fields=["next_first"])
    if schedule.organizer.state in _SELLING and recipients_of(schedule):
        last = following - timedelta(days=1)
        scope = Scope(schedule.organizer, schedule.event, first, last, zone)
        request_file(
            Wanted(kind, Form(schedule.form), scope),
            language=schedule.organizer.language,
            actor=f"schedule:{schedule.pk}",
            at=at,
            schedule=schedule,
        )
    return True
