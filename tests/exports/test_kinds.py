"""What is in an export: exact rows, sums that are the ledger's, and nothing of anybody else."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils.timezone import now

from apps.core.money import Money, total
from apps.exports import files
from apps.exports.files import Progress, pieces
from apps.exports.kind import Row
from apps.exports.kinds import KINDS
from apps.exports.kinds.tax import tax_rows
from apps.exports.models import Form
from apps.exports.scope import Scope
from apps.exports.wanted import Wanted
from apps.ledger.models import Entry, LedgerAccount
from apps.orders.models import Order
from apps.payouts.models import Payout
from tests.factories.bank import Bank
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.factories.world import World, buy, give_back, make_world

pytestmark = pytest.mark.django_db


def scope_of(world: World, **narrower: Any) -> Scope:
    today = now().date()
    fields: dict[str, Any] = {
        "organizer": world.event.organizer,
        "event": None,
        "first": today - timedelta(days=1),
        "last": today + timedelta(days=1),
        "zone": world.event.zone,
    }
    return Scope(**(fields | narrower))


def table(kind: str, scope: Scope) -> list[dict[str, Any]]:
    head = KINDS[kind].columns()
    rows: list[Row] = list(KINDS[kind].table(scope))
    assert all(len(row) == len(head) for row in rows)
    return [dict(zip(head, row, strict=True)) for row in rows]


def moved(kind: str, code: str) -> Money:
    entries = Entry.objects.filter(posting__kind=kind, account__code=code)
    return Money(entries.aggregate(sum=Sum("amount_minor"))["sum"] or 0, "EUR")


@pytest.fixture
def world(bank: Bank) -> World:
    return make_world()


def test_the_tax_report_is_the_ledgers_sales_and_refunds(world: World) -> None:
    rows = list(tax_rows(scope_of(world)))
    online = [row for row in rows if row.where == "online"]
    door = [row for row in rows if row.where == "door"]
    assert total((r.sold for r in online), "EUR") == moved("sale", "clearing:paypal")
    back = moved("refund_requested", "refunds_in_transit:paypal")
    assert total((r.back for r in online), "EUR") == back == Money(-3800, "EUR")
    own = moved("own_sale", f"own_sales:{world.event.organizer_id}")
    assert total((r.sold for r in door), "EUR") == -own == Money(2000, "EUR")
    assert total((r.back for r in door), "EUR") == Money(-1000, "EUR")

    one = table("tax", scope_of(world))[1]
    assert one["Sold at"] == "Online"
    assert one["Tax rate in %"] == Decimal("7.00")
    assert (one["Tickets"], one["Currency"]) == (3, "EUR")
    assert one["Gross"] == Money(7600, "EUR")
    assert one["Net"] == Money(7600 - 497, "EUR")
    assert one["Tax"] == Money(497, "EUR")
    assert one["Time zone"] == "Europe/Berlin"
    assert one["Platform fee of what was sold"] == Money(570, "EUR")
    assert one["Discount"] == Money(0, "EUR")


def test_what_a_code_took_off_has_a_column(world: World) -> None:
    world.paid.lines.update(discount_minor=400)
    assert table("tax", scope_of(world))[1]["Discount"] == Money(400, "EUR")


def test_each_fee_is_told_by_what_it_is(world: World) -> None:
    rows = table("fees", scope_of(world))
    of_paid = [(row["Fee"], row["Amount"]) for row in rows if row["Order"] == world.paid.reference]
    assert of_paid == [("Platform fee", Money(380, "EUR"))]
    of_back = [
        (row["Fee"], row["Amount"]) for row in rows if row["Order"] == world.given_back.reference
    ]
    assert of_back == [
        ("Platform fee", Money(190, "EUR")),
        ("Platform fee given back", Money(-190, "EUR")),
    ]
    booked = Entry.objects.filter(account__code="fee:platform").aggregate(s=Sum("amount_minor"))
    assert total((row["Amount"] for row in rows), "EUR") == Money(-booked["s"], "EUR")
    assert table("fees", scope_of(world, event=world.elsewhere)) == []


def test_another_day_has_nothing(world: World) -> None:
    before = scope_of(world, first=date(2026, 1, 1), last=date(2026, 1, 31))
    kinds = [kind for kind in KINDS if kind != "attendees"]
    assert {kind: table(kind, before) for kind in kinds} == {kind: [] for kind in kinds}


def test_payments_and_refunds_are_told_once_each(world: World) -> None:
    payments = table("payments", scope_of(world))
    of_paid = [row for row in payments if row["Order"] == world.paid.reference]
    assert [(row["Amount"], row["Bought the order"]) for row in of_paid] == [
        (Money(7600, "EUR"), "yes"),
        (Money(7600, "EUR"), "no"),  # the surplus
    ]
    assert {row["Provider"] for row in payments} == {"PayPal", "Box office"}
    refunds = table("refunds", scope_of(world))
    assert [(row["Amount"], row["State"]) for row in refunds if row["Reason"] == "ill"][-1] == (
        Money(3800, "EUR"),
        "Refunded",
    )


def test_the_lines_of_a_payout_add_up_to_it(world: World) -> None:
    rows = table("payouts", scope_of(world))
    payout = Payout.objects.get()
    assert {row["Payout"] for row in rows} == {payout.reference}
    assert total((row["Amount"] for row in rows), "EUR") == payout.amount


def test_organizers_see_their_own_accounts_and_operators_all(world: World) -> None:
    mine = table("postings", scope_of(world))
    pk = world.event.organizer_id
    owners = {str(row["Account"]).split(":")[1] for row in mine}
    assert owners == {str(pk)}
    everything = table("postings", scope_of(world, organizer=None))
    assert len(everything) == Entry.objects.count() > len(mine)
    assert total((row["Amount"] for row in everything), "EUR") == Money(0, "EUR")


def test_nothing_of_another_organizer_is_in_any_export(world: World) -> None:
    at = now()
    theirs = make_event(make_organizer("OTHERS"), at=at, title="OTHERS Konzert")
    variant = make_variant(theirs, "OTHERS Loge")
    make_quota(theirs, 9, variant)
    order, _payment = buy(theirs, variant, 1, at=at)
    give_back(order, at=at)
    Order.objects.filter(pk=order.pk).update(name="OTHERS Byron")
    wide = scope_of(world, last=at.date() + timedelta(days=30))
    told = {kind: str(list(KINDS[kind].table(wide))) for kind in KINDS}
    assert not [kind for kind, text in told.items() if "OTHERS" in text or order.reference in text]
    of_event = scope_of(world, event=theirs, organizer=theirs.organizer)
    assert [row["Order"] for row in table("orders", of_event)] == [order.reference]


_MANY = """
    WITH posting AS (
        INSERT INTO ledger_posting (kind, key, subject, lines, at)
        SELECT 'release', 'many:' || n, 'orders.order:' || n, 1, now()
        FROM generate_series(1, %s) n RETURNING id
    )
    INSERT INTO ledger_entry (posting_id, account_id, amount_minor)
    SELECT posting.id, (SELECT min(id) FROM ledger_ledgeraccount), 1 FROM posting
"""


def test_only_a_chunk_of_rows_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """From the database to the file: three times the rows, not a fifth more memory."""
    LedgerAccount.objects.create(code="bank", currency="EUR")
    today = now().date()
    days = Scope(None, None, today - timedelta(days=1), today + timedelta(days=1), UTC)
    wanted = Wanted(KINDS["postings"], Form.CSV, days)
    monkeypatch.setattr(files, "PIECE", 4096)

    def peak(count: int) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(_MANY, [count])
        progress = Progress()
        tracemalloc.start()
        size = sum(map(len, pieces(wanted, progress)))
        _now, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM ledger_entry")
            cursor.execute("DELETE FROM ledger_posting")
            cursor.execute("SET LOCAL session_replication_role = origin")
        assert progress.rows == count
        assert size > count * 60
        return most

    few = peak(1200)
    assert peak(3600) < few * 1.2
