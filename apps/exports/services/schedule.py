"""Exports that come by themselves: agreed and stopped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.db import transaction

from apps.accounts.models import Membership, Organizer
from apps.accounts.roles import roles_with
from apps.events.models import Event
from apps.exports.kind import Kind
from apps.exports.kinds import KINDS
from apps.exports.models import ExportSchedule, Form
from apps.exports.periods import first_of
from apps.exports.scope import zone_of


@dataclass(frozen=True, slots=True)
class NewSchedule:
    organizer: Organizer
    event: Event | None
    kind: Kind
    form: Form
    every: str
    recipients: Iterable[Membership]


@transaction.atomic
def start(new: NewSchedule, *, actor: str, at: datetime) -> ExportSchedule:
    """The first to come is of the week or month that runs now."""
    zone = zone_of_schedule(new.kind, new.organizer, new.event)
    schedule = ExportSchedule.objects.create(
        organizer=new.organizer,
        event=new.event,
        kind=new.kind.name,
        form=new.form,
        every=new.every,
        next_first=first_of(at.astimezone(zone).date(), new.every),
        created_by=actor,
        created_at=at,
    )
    schedule.recipients.set(new.recipients)
    return schedule


def stop(schedule: ExportSchedule, *, actor: str, at: datetime) -> bool:
    """Whether it was us who stopped it."""
    living = ExportSchedule.objects.filter(pk=schedule.pk, stopped_at=None)
    return living.update(stopped_at=at, stopped_by=actor) == 1


def recipients_of(schedule: ExportSchedule) -> list[Membership]:
    """Those of the chosen who are still in the team, and may still have this."""
    roles = roles_with(KINDS[schedule.kind].to)
    chosen = schedule.recipients.filter(role__in=roles, user__is_active=True)
    return list(chosen.select_related("user").order_by("pk"))


def zone_of_schedule(kind: Kind, organizer: Organizer, event: Event | None) -> tzinfo:
    return kind.zone or zone_of(organizer, event)
