"""How an event's door behaves, and who went in by the rule it has now."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from apps.checkin.models import DoorSettings, Scan
from apps.checkin.services.door_changed import door_changed
from apps.checkin.services.look import policy_of
from apps.checkin.services.retell import lock, retell
from apps.events.models import Event
from apps.outbox.publish import publish

RETOLD_AT_ONCE = 200  # tickets in one transaction, which holds their locks
STALE_FOR = timedelta(seconds=90)  # longer than a request may take (config/gunicorn.py)
_RULE = ("entry_rule", "entries_per_day", "day_starts_at")


@transaction.atomic
def change_settings(wanted: DoorSettings, *, at: datetime) -> None:
    """
    wanted: the event's row with changes, or a first one. Where the rule of entry is another one, tickets
    that passed more than once are told again, by a worker; and again when no scan can still be
    under way that read the rule before and was committed after its ticket was told.
    """
    DoorSettings.objects.bulk_create([DoorSettings(event=wanted.event)], ignore_conflicts=True)
    before = DoorSettings.objects.select_for_update(no_key=True).get(event=wanted.event)
    wanted.pk, wanted.version = before.pk, before.version
    wanted.save(force_update=True)
    door_changed(wanted.event)
    if _rule(before) != _rule(wanted):
        publish("door.rule_changed", about=wanted.event, at=at, after=0)
        publish("door.rule_settled", about=wanted.event, at=at)


def retell_some(event: Event, *, after: int, at: datetime) -> None:
    """In a transaction: the next tickets by id; those behind them are another message."""
    passages = Scan.objects.let_through().filter(event=event, ticket__gt=after).order_by()
    often = passages.values("ticket").annotate(times=Count("pk")).filter(times__gt=1)
    some = list(often.order_by("ticket").values_list("ticket", flat=True)[:RETOLD_AT_ONCE])
    lock(some)
    retell(some, policy_of(event))
    if len(some) == RETOLD_AT_ONCE:
        publish("door.rule_changed", about=event, at=at, after=some[-1])


def _rule(settings: DoorSettings) -> tuple[object, ...]:
    return tuple(getattr(settings, name) for name in _RULE)
