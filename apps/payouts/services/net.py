"""A debt lies where its money lies; what lies elsewhere can settle it, when an operator says so."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

from django.db import transaction

from apps.accounts.models import Organizer, PayoutMethod
from apps.core.money import Money
from apps.ledger import balances, chart, recipes
from apps.ledger.post import post
from apps.payouts.models import Netting
from apps.trail.record import record


class NothingToNet(Exception):
    """No debt there, or nothing available here."""


def nettable(organizer: Organizer, owing: str, paying: str, currency: str) -> Money:
    """As much of the debt as can be settled. Never across currencies."""
    debt = -balances.available(organizer.pk, owing, currency)
    there = balances.available(organizer.pk, paying, currency)
    return max(min(debt, there), Money.zero(currency))


def nettable_of(organizer: Organizer) -> list[tuple[str, str, Money]]:
    """Owing provider, paying provider, amount: every debt that something elsewhere can settle."""
    currencies = sorted({owed.available.currency for owed in balances.owed(organizer.pk)})
    return [
        (owing, paying, amount)
        for owing, paying in permutations(chart.PROVIDERS, 2)
        for currency in currencies
        if (amount := nettable(organizer, owing, paying, currency))
    ]


def net_debt(netting: Netting, *, at: datetime) -> Netting:
    """
    Its amount is read from the books here: all that can be settled now.

    :raises NothingToNet: nothing was changed.
    """
    with transaction.atomic():
        organizer = Organizer.objects.select_for_update(no_key=True).get(pk=netting.organizer_id)
        _lock_payees(organizer)
        amount = nettable(organizer, netting.owing, netting.paying, netting.currency)
        if not amount:
            raise NothingToNet(str(netting))
        netting.amount_minor = amount.minor
        netting.created_at = at
        netting.save()
        key = f"netting:{netting.pk}"
        draft = recipes.debt_netted(organizer.pk, netting.owing, netting.paying, key, amount)
        post(draft, subject=netting.subject, at=at)
        record(
            "debt.net",
            about=netting,
            actor=netting.actor,
            at=at,
            reason=netting.reason,
            amount=amount,
        )
    return netting


def _lock_payees(organizer: Organizer) -> None:
    """Nothing is approved of what is being netted."""
    methods = PayoutMethod.objects.select_for_update(no_key=True).filter(organizer=organizer)
    list(methods.order_by("pk"))
