"""What stands on the accounts: the last checkpoint and what came after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from apps.core.money import Money
from apps.ledger import chart
from apps.ledger.chart import Code

_BALANCES = """
    SELECT a.code, a.currency, (coalesce(c.balance_minor, 0) + coalesce((
        SELECT sum(e.amount_minor) FROM ledger_entry e
        WHERE e.account_id = a.id AND e.id > coalesce(c.entry_id, 0)
    ), 0))::bigint
    FROM ledger_ledgeraccount a
    LEFT JOIN LATERAL (
        SELECT entry_id, balance_minor FROM ledger_checkpoint
        WHERE account_id = a.id ORDER BY entry_id DESC LIMIT 1
    ) c ON true
"""
_ABOUT = """
    SELECT coalesce(sum(e.amount_minor), 0)::bigint
    FROM ledger_posting p
    JOIN ledger_entry e ON e.posting_id = p.id
    JOIN ledger_ledgeraccount a ON a.id = e.account_id
    WHERE p.subject = %(subject)s AND a.code = %(code)s AND a.currency = %(currency)s
"""


@dataclass(frozen=True, slots=True)
class Owed:
    """What an organizer has at one provider in one currency. Positive: we owe it."""

    organizer: int
    provider: str
    pending: Money
    available: Money


def balance(code: Code, currency: str) -> Money:
    """Debit is positive, so what we owe is negative."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES + " WHERE a.code = %s AND a.currency = %s", [code, currency])
        row = cursor.fetchone()
    return Money(row[2] if row else 0, currency)


def balances_of(codes: Sequence[Code]) -> dict[tuple[Code, str], Money]:
    """By code and currency; accounts that were never booked are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES + " WHERE a.code = ANY(%s) ORDER BY 1, 2", [list(codes)])
        return {(Code(code), cur): Money(minor, cur) for code, cur, minor in cursor.fetchall()}


def all_balances() -> dict[tuple[Code, str], Money]:
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES + " ORDER BY 1, 2")
        return {(Code(code), cur): Money(minor, cur) for code, cur, minor in cursor.fetchall()}


def available(organizer: int, provider: str, currency: str) -> Money:
    """What may be paid out of it; below zero the organizer owes us."""
    return -balance(chart.available(organizer, provider), currency)


def owed(organizer: int) -> list[Owed]:
    """Everything an organizer has with us: one row per provider and currency."""
    pending = {p: chart.pending(organizer, p) for p in chart.PROVIDERS}
    available_ = {p: chart.available(organizer, p) for p in chart.PROVIDERS}
    found = balances_of([*pending.values(), *available_.values()])
    currencies = sorted({currency for _, currency in found})
    return [
        Owed(
            organizer,
            provider,
            -found.get((pending[provider], currency), Money.zero(currency)),
            -found.get((available_[provider], currency), Money.zero(currency)),
        )
        for provider in chart.PROVIDERS
        for currency in currencies
        if (pending[provider], currency) in found or (available_[provider], currency) in found
    ]


def balance_about(subject: str, code: Code, currency: str) -> Money:
    """The part of a balance that comes from postings about one thing."""
    with connection.cursor() as cursor:
        cursor.execute(_ABOUT, {"subject": subject, "code": code, "currency": currency})
        return Money(cursor.fetchone()[0], currency)


def pending_of(subject: str, organizer: int, provider: str, currency: str) -> Money:
    """
    What is still pending of a sale. Whoever refunds or releases it holds the lock of its order,
    so that the two cannot both take it.
    """
    return -balance_about(subject, chart.pending(organizer, provider), currency)
