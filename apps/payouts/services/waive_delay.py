"""A new account is paid before its time: one operator asks, another confirms."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from apps.accounts.models import PayoutMethod
from apps.payouts.models import PayeeWaiver
from apps.payouts.services.payee import waits_until
from apps.payouts.services.persons import NeedsTwoPersons, SamePerson, is_person
from apps.trail.record import record


class NothingToWaive(Exception):
    """The account does not wait (any more), or somebody has asked already."""


def ask_to_waive(method: PayoutMethod, *, reason: str, actor: str, at: datetime) -> PayeeWaiver:
    """
    :raises NothingToWaive, NeedsTwoPersons: nothing was changed.
    """
    if not is_person(actor):
        raise NeedsTwoPersons(actor)
    try:
        with transaction.atomic():
            locked, since = _lock(method, at=at)
            waiver = PayeeWaiver.objects.create(
                method=locked,
                destination=locked.destination,
                destination_since=since,
                reason=reason,
                asked_by=actor,
                asked_at=at,
            )
            record("payee.ask_to_waive", about=locked, actor=actor, at=at, reason=reason)
    except IntegrityError as twin:
        raise NothingToWaive from twin
    return waiver


def confirm_waiver(waiver: PayeeWaiver, *, actor: str, at: datetime) -> None:
    """
    :raises NothingToWaive, NeedsTwoPersons, SamePerson: nothing was changed.
    """
    if not is_person(actor):
        raise NeedsTwoPersons(actor)
    if actor == waiver.asked_by:
        raise SamePerson(actor)
    with transaction.atomic():
        locked, since = _lock(waiver.method, at=at)
        confirmed = PayeeWaiver.objects.filter(
            pk=waiver.pk, confirmed_at=None, destination_since=since
        ).update(confirmed_by=actor, confirmed_at=at)
        if not confirmed:
            raise NothingToWaive
        record("payee.waive", about=locked, actor=actor, at=at, reason=waiver.reason)


def _lock(method: PayoutMethod, *, at: datetime) -> tuple[PayoutMethod, datetime]:
    """And since when its account is the one."""
    locked = PayoutMethod.objects.select_for_update(no_key=True).get(pk=method.pk)
    since = locked.destination_since
    if since is None or waits_until(locked, at=at) is None:
        raise NothingToWaive
    return locked, since
