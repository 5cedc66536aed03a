"""What stands on the accounts: the last checkpoint and what came after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.chart import Code
from apps.ledger.models import Entry, LedgerAccount

_BALANCES = """
    SELECT a.code, a.currency, (coalesce(c.balance_minor, 0) + coalesce((
        SELECT sum(e.amount_minor) FROM ledger_entry e
        WHERE e.account_id = a.id AND e.id > coalesce(c.entry_id, 0) AND e.id <= %(up_to)s
    ), 0))::bigint
    FROM ledger_ledgeraccount a
    LEFT JOIN LATERAL (
        SELECT entry_id, balance_minor FROM ledger_checkpoint
        WHERE account_id = a.id AND entry_id <= %(up_to)s ORDER BY entry_id DESC LIMIT 1
    ) c ON true
"""
_AFTER = """
    SELECT e.id, (coalesce(c.balance_minor, 0) + coalesce((
        SELECT sum(amount_minor) FROM ledger_entry
        WHERE account_id = %(account)s AND id > coalesce(c.entry_id, 0) AND id <= e.id
    ), 0))::bigint
    FROM unnest(%(entries)s::bigint[]) AS e(id)
    LEFT JOIN LATERAL (
        SELECT entry_id, balance_minor FROM ledger_checkpoint
        WHERE account_id = %(account)s AND entry_id <= e.id ORDER BY entry_id DESC LIMIT 1
    ) c ON true
"""
_NOW = 2**63 - 1
_ABOUT = """
    SELECT p.subject, a.code, sum(e.amount_minor)::bigint, a.currency
    FROM ledger_posting p
    JOIN ledger_entry e ON e.posting_id = p.id
    JOIN ledger_ledgeraccount a ON a.id = e.account_id
    WHERE p.subject = ANY(%(subjects)s) AND a.code = ANY(%(codes)s)
    GROUP BY p.subject, a.code, a.currency HAVING sum(e.amount_minor) <> 0
    ORDER BY p.subject, a.code
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """What an organizer has at one provider in one currency. Positive: we owe it."""

    organizer: int
    provider: str
    pending: Money
    available: Money
    reserve: Money  # neither: disputes run over it


@dataclass(frozen=True, slots=True)
class About:
    subject: str
    code: Code
    amount: Money  # debit is positive


def balance(code: Code, currency: str) -> Money:
    """Debit is positive, so what we owe is negative."""
    return balance_up_to(code, currency, _NOW)


def balance_up_to(code: Code, currency: str, entry: int) -> Money:
    """Over the entries up to this one; final when it is settled (`settled.py`)."""
    rows = _read(
        "WHERE a.code = %(code)s AND a.currency = %(currency)s",
        {"code": code, "currency": currency, "up_to": entry},
    )
    return rows.get((code, currency), Money.zero(currency))


def balances_after(account: LedgerAccount, entries: Sequence[int]) -> dict[int, Money]:
    """What stood on the account when each of these entries was booked, in the order of entries."""
    with connection.cursor() as cursor:
        cursor.execute(_AFTER, {"account": account.pk, "entries": list(entries)})
        return {entry: Money(minor, account.currency) for entry, minor in cursor.fetchall()}


def balances_of(codes: Sequence[Code]) -> dict[tuple[Code, str], Money]:
    """By code and currency; accounts that were never booked are left out."""
    return _read("WHERE a.code = ANY(%(codes)s)", {"codes": list(codes), "up_to": _NOW})


def all_balances() -> dict[tuple[Code, str], Money]:
    return _read("", {"up_to": _NOW})


def available(organizer: int, provider: str, currency: str) -> Money:
    """What may be paid out of it; below zero the organizer owes us."""
    return -balance(chart.available(organizer, provider), currency)


def owed(organizer: int) -> list[Owed]:
    """Everything an organizer has with us: one row per provider and currency."""
    accounts = (chart.pending, chart.available, chart.reserve)
    codes = {p: [account(organizer, p) for account in accounts] for p in chart.PROVIDERS}
    found = balances_of([code for each in codes.values() for code in each])
    currencies = sorted({currency for _, currency in found})
    return [
        Owed(
            organizer,
            provider,
            *(-found.get((code, currency), Money.zero(currency)) for code in codes[provider]),
        )
        for provider in chart.PROVIDERS
        for currency in currencies
        if any((code, currency) in found for code in codes[provider])
    ]


def about(subjects: Sequence[str], codes: Sequence[Code]) -> list[About]:
    """The parts of balances that come from postings about these things; those of zero left out."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, {"subjects": list(subjects), "codes": list(codes)})
        return [
            About(subject, Code(code), Money(minor, currency))
            for subject, code, minor, currency in cursor.fetchall()
        ]


def booked(kind: str, keys: Sequence[str], code: Code) -> int:
    """What postings of a kind moved on an account, in minor units; debit is positive."""
    entries = Entry.objects.filter(
        posting__key__in=[f"{kind}:{key}" for key in keys], account__code=code
    )
    return sum(entries.values_list("amount_minor", flat=True))


def pending_of(subject: str, organizer: int, provider: str, currency: str) -> Money:
    """
    What is still pending of a sale. Whoever refunds or releases it holds the lock of its order,
    so that the two cannot both take it.
    """
    found = about([subject], [chart.pending(organizer, provider)])
    return next((-a.amount for a in found if a.amount.currency == currency), Money.zero(currency))


def _read(where: str, values: dict[str, Any]) -> dict[tuple[Code, str], Money]:
    with connection.cursor() as cursor:
        cursor.execute(f"{_BALANCES} {where} ORDER BY 1, 2", values)
        return {(Code(code), cur): Money(minor, cur) for code, cur, minor in cursor.fetchall()}
