"""The statements on uses of codes. They are claimed like places (apps/inventory/sql.py), by one clock."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

# Advisory lock: one person's orders with one code, so that a limit per person can be counted.
PERSON_LOCK = 7_002

_TAKE_SKIPPING = """
    WITH after_start AS (
        SELECT id FROM vouchers_codeuse
        WHERE code_id = %(code)s AND claimed_until = '-infinity' AND number >= %(start)s
        ORDER BY number LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ), before_start AS (
        SELECT id FROM vouchers_codeuse
        WHERE code_id = %(code)s AND claimed_until = '-infinity' AND number < %(start)s
        ORDER BY number LIMIT 1 - (SELECT count(*) FROM after_start)
        FOR NO KEY UPDATE SKIP LOCKED
    ), lapsed AS (
        SELECT id FROM vouchers_codeuse
        WHERE code_id = %(code)s AND claimed_until > '-infinity' AND claimed_until < 'infinity'
          AND claimed_until <= inventory_now()
        ORDER BY claimed_until
        LIMIT 1 - (SELECT count(*) FROM after_start) - (SELECT count(*) FROM before_start)
        FOR NO KEY UPDATE SKIP LOCKED
    ), picked AS (
        SELECT id FROM after_start UNION ALL SELECT id FROM before_start UNION ALL SELECT id FROM lapsed
    )
    UPDATE vouchers_codeuse SET claim = %(claim)s, claimed_until = inventory_now() + %(hold)s,
        buyer = %(buyer)s, email = ''
    WHERE id = ANY (ARRAY(SELECT id FROM picked)) RETURNING id
"""
# Waits for who holds the last ones; a row that was taken meanwhile is passed over.
_TAKE_WAITING = """
    WITH picked AS (
        SELECT id FROM vouchers_codeuse
        WHERE code_id = %(code)s AND claimed_until <= inventory_now()
        ORDER BY id LIMIT 1 FOR NO KEY UPDATE
    )
    UPDATE vouchers_codeuse SET claim = %(claim)s, claimed_until = inventory_now() + %(hold)s,
        buyer = %(buyer)s, email = ''
    WHERE id = ANY (ARRAY(SELECT id FROM picked)) RETURNING id
"""
_ADD = """
    INSERT INTO vouchers_codeuse (code_id, claim, claimed_until, buyer, email)
    VALUES (%(code)s, %(claim)s, inventory_now() + %(hold)s, %(buyer)s, '') RETURNING id
"""
_COUNT = """
    SELECT count(*) FROM vouchers_codeuse
    WHERE code_id = %(code)s AND claimed_until > inventory_now() AND {whose}
"""
_OF_BUYER = _COUNT.format(whose="buyer = %(who)s")
_OF_EMAIL = _COUNT.format(whose="email = %(who)s AND claim <> %(claim)s")

# What is ours carries our claim, also when it lapsed: nobody else took it yet.
_CHANGE = "UPDATE vouchers_codeuse SET {change} WHERE claim = %(claim)s RETURNING id"
_SETTLE = _CHANGE.format(change="claimed_until = 'infinity'")
_EXTEND = _CHANGE.format(change="claimed_until = greatest(claimed_until, %(until)s)")
_NAME = _CHANGE.format(change="email = %(email)s")
_RELEASE = """
    WITH unnumbered AS (
        DELETE FROM vouchers_codeuse
        WHERE claim = %(claim)s AND claimed_until < 'infinity' AND number IS NULL
    )
    UPDATE vouchers_codeuse
    SET claim = NULL, claimed_until = '-infinity', buyer = '', email = ''
    WHERE claim = %(claim)s AND claimed_until < 'infinity' AND number IS NOT NULL
"""
_FILL = """
    INSERT INTO vouchers_codeuse (code_id, number, claimed_until, buyer, email)
    SELECT id, generate_series(1, budget), '-infinity', '', '' FROM vouchers_code
    WHERE id = ANY(%(codes)s) AND budget IS NOT NULL
"""


def rows(statement: str, **params: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall()) if cursor.description else []


def lock_person(code: int, who: str) -> None:
    rows(
        "SELECT pg_advisory_xact_lock(%(lock)s, hashtext(%(who)s))",
        lock=PERSON_LOCK,
        who=f"{code}:{who}",
    )


def take_skipping(code: int, budget: int, claim: UUID, buyer: str, hold: timedelta) -> bool:
    start = 1 + secrets.randbelow(max(budget, 1))
    return bool(rows(_TAKE_SKIPPING, code=code, start=start, claim=claim, buyer=buyer, hold=hold))


def take_waiting(code: int, claim: UUID, buyer: str, hold: timedelta) -> bool:
    return bool(rows(_TAKE_WAITING, code=code, claim=claim, buyer=buyer, hold=hold))


def add(code: int, claim: UUID, buyer: str, hold: timedelta) -> None:
    rows(_ADD, code=code, claim=claim, buyer=buyer, hold=hold)


def count_of_buyer(code: int, buyer: str) -> int:
    return int(rows(_OF_BUYER, code=code, who=buyer)[0][0])


def count_of_email(code: int, email: str, *, besides: UUID) -> int:
    return int(rows(_OF_EMAIL, code=code, who=email, claim=besides)[0][0])


def settle(claim: UUID) -> bool:
    return bool(rows(_SETTLE, claim=claim))


def extend(claim: UUID, until: datetime) -> None:
    rows(_EXTEND, claim=claim, until=until)


def name(claim: UUID, email: str) -> None:
    rows(_NAME, claim=claim, email=email)


def release(claim: UUID) -> None:
    """What is spent stays spent."""
    rows(_RELEASE, claim=claim)


def fill(codes: list[int]) -> None:
    """The rows of their budgets."""
    rows(_FILL, codes=codes)
