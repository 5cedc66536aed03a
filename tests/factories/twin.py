from __future__ import annotations


def twin(table: str, changes: str) -> str:
    """A second row like the first, but for these columns."""
    return f"INSERT INTO {table} SELECT (jsonb_populate_record(t, '{{{{{changes}}}}}')).* FROM {table} t"  # noqa: S608
