"""The only writer of the books."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import connection

from apps.ledger.draft import Draft
from apps.ledger.models import Entry, LedgerAccount, Posting

# One statement: the posting is written only when all its accounts exist and its key is new.
_POST = """
    WITH line AS (
        SELECT a.id, l.amount
        FROM unnest(%(codes)s::text[], %(currencies)s::text[], %(amounts)s::bigint[])
            AS l(code, currency, amount)
        JOIN ledger_ledgeraccount a ON a.code = l.code AND a.currency = l.currency
    ), posting AS (
        INSERT INTO ledger_posting (kind, key, subject, lines, at)
        SELECT %(kind)s, %(key)s, %(subject)s, %(lines)s, %(at)s
        WHERE (SELECT count(*) FROM line) = %(lines)s
        ON CONFLICT (key) DO NOTHING RETURNING id
    )
    INSERT INTO ledger_entry (posting_id, account_id, amount_minor)
    SELECT posting.id, line.id, line.amount FROM posting, line
"""


class KeyReused(Exception):
    """The key is in the books with other lines: two facts were given one name."""


def post(draft: Draft, *, subject: str, at: datetime) -> None:
    """
    Book a fact in the caller's transaction; the same fact again changes nothing.

    subject: what it is about, "orders.order:7". Every posting about one sale has the sale's subject.
    :raises KeyReused: the key was used for something else.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a posting must commit with the change it books")
    if _insert(draft, subject=subject, at=at) or _is_booked(draft, subject=subject):
        return
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(code=code, currency=currency)
            for code, currency in sorted(_accounts(draft))
        ],
        ignore_conflicts=True,
    )
    if not _insert(draft, subject=subject, at=at):
        _is_booked(draft, subject=subject)


def _insert(draft: Draft, *, subject: str, at: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            _POST,
            {
                "codes": [line.code for line in draft.lines],
                "currencies": [line.amount.currency for line in draft.lines],
                "amounts": [line.amount.minor for line in draft.lines],
                "kind": draft.kind,
                "key": draft.key,
                "subject": subject,
                "lines": len(draft.lines),
                "at": at,
            },
        )
        return bool(cursor.rowcount > 0)


def _is_booked(draft: Draft, *, subject: str) -> bool:
    posting = Posting.objects.filter(key=draft.key).first()
    if posting is None:
        return False
    booked = Entry.objects.filter(posting=posting).values_list(
        "account__code", "account__currency", "amount_minor"
    )
    lines = [(line.code, line.amount.currency, line.amount.minor) for line in draft.lines]
    if posting.subject != subject or Counter(booked) != Counter(lines):
        raise KeyReused(draft.key)
    return True


def _accounts(draft: Draft) -> set[tuple[str, str]]:
    return {(line.code, line.amount.currency) for line in draft.lines}
