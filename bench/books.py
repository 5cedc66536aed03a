"""
An account that grows to a million entries while sales go on: what it costs to read it, and whether anybody
waits for anybody. The old entries are rows only; the sales beside the reading are real postings.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import now

from apps.console.selectors.ledger import Wanted, older_than
from apps.core.money import Money
from apps.ledger import chart, recipes
from apps.ledger.balances import balance
from apps.ledger.checkpoints import write_checkpoints
from apps.ledger.close import close_books
from apps.ledger.models import Entry, LedgerAccount
from apps.ledger.post import post
from apps.ledger.settled import StillMoving
from apps.ledger.sums import balances_at_end_of, moved_of

SIZES = (1_000, 100_000, 1_000_000)
WRITERS, SECONDS, READS = 4, 8.0, 40
ORGANIZER, PROVIDER = 900_001, "stripe"
GROSS = Money(1900, "EUR")
AT_ONCE = 50_000  # rows of a statement
DAYS = 90  # the old entries are spread over
CLEARING = chart.clearing(PROVIDER)
_NUMBERS = count(1)

# Without the triggers, which look at each posting: these are whole.
_FILL = """
    WITH made AS (
        INSERT INTO ledger_posting (kind, key, subject, lines, at)
        SELECT 'sale', 'sale:bench:' || n, 'orders.order:9' || n, 2,
            %(at)s - (%(days)s || ' days')::interval * (1 - n::float / %(most)s)
        FROM generate_series(%(first)s, %(last)s) n RETURNING id
    )
    INSERT INTO ledger_entry (posting_id, account_id, amount_minor)
    SELECT made.id, side.account, side.minor FROM made
    CROSS JOIN (VALUES (%(clearing)s::bigint, 1900), (%(pending)s, -1900)) AS side(account, minor)
"""
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@dataclass
class Watch:
    """What the writers did, and how often one of them was seen to wait for a lock."""

    took_ms: list[float] = field(default_factory=list)
    looks: int = 0
    waits: int = 0
    over: threading.Event = field(default_factory=threading.Event)


def measured() -> Iterator[str]:
    """A line for each size."""
    accounts = _accounts()
    for before, size in zip((0, *SIZES), SIZES, strict=False):
        _fill(accounts, before + 1, size)
        began = time.perf_counter()
        at = now()
        write_checkpoints(at=at)
        closings = close_books(at=at, tail_min=1)
        closed = time.perf_counter() - began
        yield _measure(size, f"{closings} closings in {closed:.1f} s")


def _measure(size: int, closed: str) -> str:
    with _sales() as watch:
        time.sleep(1)
        took = {name: _median_ms(read) for name, read in _READS.items()}
        time.sleep(max(0.0, SECONDS - 2))
    booked = Entry.objects.filter(account__code=CLEARING).count()
    sale = sorted(watch.took_ms)
    reads = ", ".join(f"{name} {ms:.1f}" for name, ms in took.items())
    return (
        f"Ledger account with {size:,} entries ({closed}), ms: {reads}. Beside it"
        f" {len(sale)} sales booked by {WRITERS}, {sale[len(sale) // 2]:.1f} ms each (p95"
        f" {sale[len(sale) * 95 // 100]:.1f}), closing and checkpoints every second; lock waits"
        f" seen in {watch.looks} looks: {watch.waits}. {booked:,} entries in the end."
    )


def _account() -> LedgerAccount:
    return LedgerAccount.objects.get(code=CLEARING, currency="EUR")


_READS: dict[str, Callable[[], object]] = {
    "balance": lambda: balance(CLEARING, "EUR"),
    "newest page with running balance": lambda: older_than(_account(), Wanted(), None),
    "a page of last month": lambda: older_than(
        _account(), Wanted(last=(now() - timedelta(days=30)).date()), None
    ),
    "sums of an organizer": lambda: moved_of([ORGANIZER]),
    "books a month ago": lambda: balances_at_end_of((now() - timedelta(days=30)).date()),
}


def _median_ms(read: Callable[[], object]) -> float:
    took = []
    for _ in range(READS):
        began = time.perf_counter()
        read()
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[READS // 2]


@contextmanager
def _sales() -> Iterator[Watch]:
    watch = Watch()
    works = [*[_sell] * WRITERS, _close, _look]
    threads = [threading.Thread(target=_until_over, args=(work, watch)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield watch
    finally:
        watch.over.set()
        for thread in threads:
            thread.join()


def _until_over(work: Callable[[Watch], None], watch: Watch) -> None:
    try:
        while not watch.over.is_set():
            work(watch)
    finally:
        connection.close()


def _sell(watch: Watch) -> None:
    number = next(_NUMBERS)
    draft = recipes.sale(ORGANIZER, PROVIDER, f"new:{number}", GROSS, Money(95, "EUR"))
    began = time.perf_counter()
    with transaction.atomic():
        post(draft, subject=f"orders.order:8{number}", at=datetime.now(tz=UTC))
    watch.took_ms.append((time.perf_counter() - began) * 1000)


def _close(watch: Watch) -> None:
    at = now()
    try:
        write_checkpoints(at=at)
        close_books(at=at, tail_min=1_000)
    except StillMoving:
        return
    watch.over.wait(1)


def _look(watch: Watch) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_WAITING)
        watch.waits += cursor.fetchone()[0]
    watch.looks += 1
    watch.over.wait(0.02)


def _accounts() -> dict[str, int]:
    codes = {"clearing": CLEARING, "pending": chart.pending(ORGANIZER, PROVIDER)}
    made = {
        name: LedgerAccount.objects.get_or_create(code=code, currency="EUR")[0].pk
        for name, code in codes.items()
    }
    LedgerAccount.objects.get_or_create(code=chart.PLATFORM_FEE, currency="EUR")
    return made


def _fill(accounts: dict[str, int], first: int, last: int) -> None:
    values: dict[str, Any] = {"at": now(), "days": DAYS, "most": SIZES[-1], **accounts}
    for start in range(first, last + 1, AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            end = min(start + AT_ONCE - 1, last)
            cursor.execute(_FILL, values | {"first": start, "last": end})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) ledger_posting")
        cursor.execute("VACUUM (ANALYZE) ledger_entry")
