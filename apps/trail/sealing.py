"""
A seal closes the rows of the money tables up to one that is settled: no transaction still runs that might
write a lower one. By ids, not by times, so whatever commits late falls under the next seal and none is lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

import structlog
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from apps.core.settled import settled_up_to
from apps.trail.models import DaySeal, SealedTable

CHUNK_IDS = 20_000

# Append-only tables by name, and what of a row is sealed: its words never mean another column.
# All changes of state are: which of them are about money need not be decided. Moments in braces.
# A seal is read with the words it was made with: whoever changes a line moves the old one to EARLIER.
TABLES = {
    "box_office_tillline": (
        "id, till_id, key, kind, method, amount_minor, order_id, refund_id, given_minor, receipt, reason, {at}"
    ),
    "core_statechange": "id, subject, subject_id, source, target, actor, reason, {at}",
    "invoices_invoice": (
        "id, draft_id, series_id, sequence, number, kind, form, organizer_id, order_id, refers_to_id, issuer,"
        " recipient, language, currency, net_minor, tax_minor, gross_minor, supplied_from, supplied_until,"
        " issued_on, payment, notes, {issued_at}"
    ),
    "invoices_invoiceline": (
        "id, invoice_id, position, order_line_id, event_id, account, text, detail, quantity, is_part, tax_rate,"
        " category, net_minor, tax_minor, gross_minor, discount_minor"
    ),
    "invoices_paper": "id, invoice_id, encode(sha256(pdf), 'hex'), xml, sha256, {drawn_at}",
    "ledger_entry": "id, posting_id, account_id, amount_minor",
    "ledger_ledgeraccount": "id, code, currency",
    "ledger_posting": "id, kind, key, subject, lines, {at}",
    "orders_orderrefund": (
        "id, order_id, refund_id, voucher_id, voucher_minor, kind, amount_minor, fee_back_minor, back_on_sale,"
        " reason, actor, key, request_hash, {created_at}"
    ),
    "orders_orderrefundline": (
        "id, order_refund_id, line_id, unit_id, amount_minor, tax_minor, kept_minor"
    ),
    "reconciliation_banktransfer": (
        "id, provider, amount_minor, currency, moved_on, note, key, actor, {created_at}"
    ),
    "reconciliation_caseact": "id, case_id, deed, fix, actor, reason, outcome, {at}",
    "trail_moneyact": "id, act, subject, actor, origin, reason, amount_minor, currency, {at}",
}
# What was sealed of a table before, the oldest first.
EARLIER: dict[str, tuple[str, ...]] = {}
_MOMENT = re.compile(r"\{(\w+)\}")
# Whatever the session's time zone is.
_IN_UTC = r"""to_char("\1" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')"""
_LINES = """
    SELECT count(*), coalesce(string_agg(row.line, E'\n' ORDER BY row.id) || E'\n', '')
    FROM (
        SELECT id, jsonb_build_array({columns})::text AS line FROM {table}
        WHERE id > %(after)s AND id <= %(up_to)s
    ) row
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Part:
    """What a seal says of one table. version: of the words in TABLES, from 1."""

    table: str
    version: int
    after_id: int
    up_to_id: int
    rows: int
    digest: str


def seal(*, at: datetime) -> DaySeal | None:
    """
    One a day (UTC); None when the day has its seal. Safe to run twice, and at once.

    :raises StillMoving: nothing was written.
    """
    last = DaySeal.objects.order_by("-day").first()
    if last is not None and last.day >= at.date():
        return None
    parts = [_close(table, after=ends[0], up_to=ends[1]) for table, ends in _open(last).items()]
    before = last.digest if last is not None else ""
    new = DaySeal(
        day=at.date(),
        rows=sum(part.rows for part in parts),
        digest=chained(before, at.date(), parts),
        previous_digest=before,
        made_at=at,
    )
    try:
        with transaction.atomic():
            new.save()
            SealedTable.objects.bulk_create(
                SealedTable(
                    seal=new,
                    table=part.table,
                    version=part.version,
                    after_id=part.after_id,
                    up_to_id=part.up_to_id,
                    rows=part.rows,
                    digest=part.digest,
                )
                for part in parts
            )
    except IntegrityError:
        return None  # somebody was faster
    # Whoever keeps the logs elsewhere can tell when the whole chain was made anew.
    log.info("day_sealed", day=str(new.day), rows=new.rows, digest=new.digest)
    return new


def chained(previous: str, day: date, parts: Iterable[Part]) -> str:
    lines = [
        f"{_sealed_as(part)} {part.after_id} {part.up_to_id} {part.rows} {part.digest}"
        for part in parts
    ]
    return sha256("\n".join([previous, str(day), *sorted(lines)]).encode()).hexdigest()


def _sealed_as(part: Part) -> str:
    """The first version needs no number: seals are older than versions."""
    return part.table if part.version == 1 else f"{part.table} v{part.version}"


def columns_of(table: str) -> tuple[str, ...]:
    """What is sealed of its rows, by version; the last one is what is sealed today."""
    return (*EARLIER.get(table, ()), TABLES[table])


def digest_of(table: str, columns: str, *, after: int, up_to: int) -> tuple[int, str]:
    """How many rows, and the SHA-256 of them: a line of JSON each. In chunks, for any size."""
    found, rows = sha256(), 0
    for count, lines in _chunks(table, columns, after=after, up_to=up_to):
        rows += count
        found.update(lines.encode())
    return rows, found.hexdigest()


def _open(last: DaySeal | None) -> dict[str, tuple[int, int]]:
    """The range of each table that has no seal yet."""
    sealed = dict(last.tables.values_list("table", "up_to_id")) if last is not None else {}
    return {
        table: (after := sealed.get(table, 0), max(after, settled_up_to(table))) for table in TABLES
    }


def _close(table: str, *, after: int, up_to: int) -> Part:
    known = columns_of(table)
    rows, digest = digest_of(table, known[-1], after=after, up_to=up_to)
    return Part(table, len(known), after, up_to, rows, digest)


def _chunks(table: str, columns: str, *, after: int, up_to: int) -> Iterator[tuple[int, str]]:
    words = sql.SQL(_MOMENT.sub(_IN_UTC, columns))
    query = sql.SQL(_LINES).format(columns=words, table=sql.Identifier(table))
    for start in range(after, up_to, CHUNK_IDS):
        with connection.cursor() as cursor:
            cursor.execute(query, {"after": start, "up_to": min(start + CHUNK_IDS, up_to)})
            yield cursor.fetchone()
