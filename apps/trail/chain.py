"""Whether what was sealed is still what it was."""

from __future__ import annotations

from collections.abc import Iterator

from apps.trail.models import DaySeal, SealedTable
from apps.trail.sealing import TABLES, Part, chained, columns_of, digest_of


def broken() -> Iterator[str]:
    """What differs, the oldest day first. Reads every sealed row once, a chunk at a time."""
    before: DaySeal | None = None
    ends: dict[str, int] = {}
    for seal in DaySeal.objects.order_by("day").prefetch_related("tables").iterator(chunk_size=100):
        yield from _broken_link(seal, before)
        for table in sorted(seal.tables.all(), key=lambda part: part.table):
            yield from _broken_table(seal, table, ends.get(table.table, 0))
            ends[table.table] = table.up_to_id
        before = seal


def _broken_link(seal: DaySeal, before: DaySeal | None) -> Iterator[str]:
    if seal.previous_digest != (before.digest if before is not None else ""):
        yield f"{seal.day}: does not follow {before.day if before is not None else 'nothing'}"
    parts = [
        Part(part.table, part.version, part.after_id, part.up_to_id, part.rows, part.digest)
        for part in seal.tables.all()
    ]
    if seal.digest != chained(seal.previous_digest, seal.day, parts):
        yield f"{seal.day}: the seal itself has changed"


def _broken_table(seal: DaySeal, part: SealedTable, after: int) -> Iterator[str]:
    if part.table not in TABLES or part.after_id != after:
        yield f"{seal.day}: {part.table} is sealed from {part.after_id}, not {after}"
        return
    known = columns_of(part.table)
    if part.version > len(known):
        yield f"{seal.day}: {part.table} is sealed in words that nobody knows any more"
        return
    rows, digest = digest_of(
        part.table, known[part.version - 1], after=part.after_id, up_to=part.up_to_id
    )
    if rows != part.rows:
        yield f"{seal.day}: {part.table} had {part.rows} rows, now {rows}"
    elif digest != part.digest:
        yield f"{seal.day}: {part.table} has changed"
