"""What is sealed of a row may grow; what was sealed before is read as it was."""

# ruff: noqa: S608 - somebody with all rights writes what they like

from __future__ import annotations

from hashlib import sha256

import pytest

from apps.trail.chain import broken
from apps.trail.sealing import EARLIER, TABLES, columns_of, seal
from tests.factories.selling import NOON
from tests.trail.test_seal import DAY, by_force, something_happens

pytestmark = pytest.mark.django_db

# By table and version, the beginning of the digest of its words.
WORDS = {
    ("box_office_tillline", 1): "d2f7a8130f88",
    ("core_statechange", 1): "5f102c248a2b",
    ("invoices_invoice", 1): "208eaf5dcf56",
    ("invoices_invoiceline", 1): "3ce65a690310",
    ("invoices_paper", 1): "ca2fa9919acd",
    ("ledger_entry", 1): "1ffd828262af",
    ("ledger_ledgeraccount", 1): "c301621a8f95",
    ("ledger_posting", 1): "7c120ebbfa67",
    ("orders_orderrefund", 1): "683e776b89e7",
    ("orders_orderrefundline", 1): "13440a29871c",
    ("reconciliation_banktransfer", 1): "eb3d21cde45c",
    ("reconciliation_caseact", 1): "65dbae7937a7",
    ("trail_moneyact", 1): "2d6be50ae521",
}


def test_what_an_old_seal_was_made_with_is_still_known() -> None:
    """Who changes the words of a table breaks every seal of it: the old ones belong into EARLIER."""
    known = {
        (table, number): sha256(words.encode()).hexdigest()[:12]
        for table in TABLES
        for number, words in enumerate(columns_of(table), start=1)
    }
    assert known == WORDS


@pytest.mark.parametrize("forgotten", [False, True])
def test_an_old_seal_holds_when_more_of_a_row_is_sealed(
    monkeypatch: pytest.MonkeyPatch, forgotten: bool
) -> None:
    """As when a column comes later. The control changes the words and keeps none of the old ones."""
    table, words = "trail_moneyact", TABLES["trail_moneyact"]
    few = "id, act, subject, actor"
    monkeypatch.setitem(TABLES, table, few)
    something_happens(1)
    old = seal(at=NOON)
    monkeypatch.setitem(TABLES, table, words)
    if forgotten:
        assert list(broken()) == [f"{NOON.date()}: {table} has changed"]
        return
    monkeypatch.setitem(EARLIER, table, (few,))
    something_happens(2)
    new = seal(at=NOON + DAY)
    assert old
    assert new
    assert [one.tables.get(table=table).version for one in (old, new)] == [1, 2]
    assert list(broken()) == []

    by_force(f"UPDATE {table} SET reason = 'another'")  # of the old one it was not sealed
    assert list(broken()) == [f"{new.day}: {table} has changed"]
    by_force(f"UPDATE {table} SET actor = 'user:8'")
    assert list(broken()) == [f"{one.day}: {table} has changed" for one in (old, new)]
    by_force("UPDATE trail_sealedtable SET version = 3 WHERE version = 2")
    assert list(broken())[1:] == [
        f"{new.day}: the seal itself has changed",
        f"{new.day}: {table} is sealed in words that nobody knows any more",
    ]
