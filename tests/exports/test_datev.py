"""Bookings for DATEV: byte for byte, the same each time, and the ledger's sums to the cent."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.timezone import now

from apps.accounts.fees import Band
from apps.accounts.models import Organizer
from apps.core.money import Money
from apps.exports.datev.batch import batch
from apps.exports.datev.bookings import bookings
from apps.exports.datev.checks import ZONE, why_not
from apps.exports.datev.columns import COLUMNS
from apps.exports.datev.standard import Revenue
from apps.exports.models import Bookkeeping, RevenueAccount
from apps.exports.scope import Scope
from apps.exports.services.save_bookkeeping import save_bookkeeping
from apps.ledger import dispute_recipes, recipes
from apps.ledger.models import Entry
from apps.ledger.post import post
from apps.orders.models import Order
from apps.orders.services.refund import refund_order
from tests.factories.bank import Bank
from tests.factories.bookkeeping import make_bookkeeping
from tests.factories.selling import (
    make_event,
    make_fees,
    make_organizer,
    make_quota,
    make_variant,
)
from tests.factories.world import World, buy, make_world

pytestmark = pytest.mark.django_db

EUR = "EUR"


def scope_of(organizer: Organizer, first: date, last: date) -> Scope:
    return Scope(organizer, None, first, last, ZONE)


def around_today(organizer: Organizer) -> Scope:
    today = now().astimezone(ZONE).date()
    return scope_of(organizer, today - timedelta(days=2), today + timedelta(days=2))


def read(scope: Scope) -> list[dict[str, str]]:
    """As another program would: by the names of the columns."""
    text = b"".join(batch(scope)).decode("cp1252")
    _head, columns, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=";")
    assert all(len(row) == len(columns) == 125 for row in rows)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def balances(rows: list[dict[str, str]]) -> Counter[str]:
    """What the accounts say when all of it is booked, in cents, debit positive."""
    found: Counter[str] = Counter()
    for row in rows:
        amount = int(row["Umsatz (ohne Soll/Haben-Kz)"].replace(",", ""))
        assert amount > 0
        signed = amount if row["Soll/Haben-Kennzeichen"] == "S" else -amount
        found[row["Konto"]] += signed
        found[row["Gegenkonto (ohne BU-Schlüssel)"]] -= signed
    return found


def owed(organizer: Organizer) -> int:
    """What the platform owes by its ledger, in cents."""
    entries = Entry.objects.filter(account__code__startswith=f"org:{organizer.pk}:")
    return -int(entries.aggregate(sum=Sum("amount_minor"))["sum"] or 0)


def line(first: str, key: str) -> str:
    return f'{first}{";" * 34}"Parterre";"{key}"{";" * 76}\r\n'


def test_a_small_batch_byte_for_byte() -> None:
    organizer = make_organizer()
    make_bookkeeping(organizer)
    sold_at = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)  # half past midnight of 1 April in Berlin
    event = make_event(organizer, at=sold_at, title="Grüße")
    variant = make_variant(event, tax_rate=Decimal("7.00"))
    make_quota(event, 5, variant)
    order, _payment = buy(event, variant, 2, at=sold_at)
    refund_order(order, actor="user:1", reason="ill", at=sold_at + timedelta(days=1))
    scope = scope_of(organizer, date(2026, 4, 1), date(2026, 4, 30))
    ref, refund = order.reference, order.refunds.get().refund_id
    sale, back = f"sale:order:{order.pk}", f"refund_requested:refund:{refund}"
    expected = (
        '"EXTF";700;21;"Buchungsstapel";13;20260501000000000;;"";"Parterre";"";29098;55003;20260101;4;'
        '20260401;20260430;"Parterre";"";1;0;0;"EUR";;"";;;"03";;;"";""\r\n'
        + ";".join(COLUMNS)
        + "\r\n"
        + line(
            f'3,80;"S";"EUR";;;;4760;1500;"9";0104;"{ref}";;;"Gebühr der Plattform {ref}"',
            f"{sale}/fee",
        )
        + line(
            f'76,00;"S";"EUR";;;;1500;8300;"";0104;"{ref}";;;"Verkauf 7,00 % {ref}"',
            f"{sale}/7.00",
        )
        + line(
            f'3,80;"H";"EUR";;;;4760;1500;"9";0204;"{ref}";;;"Gebühr der Plattform {ref}"',
            f"{back}/fee",
        )
        + line(
            f'76,00;"H";"EUR";;;;1500;8300;"";0204;"{ref}";;;"Erstattung 7,00 % {ref}"',
            f"{back}/7.00",
        )
    )
    assert b"".join(batch(scope)).decode("cp1252").split("\r\n") == expected.split("\r\n")
    assert b"".join(batch(scope)) == expected.encode("cp1252")
    # Renamed since, sold again since: the month that is over is the same bytes.
    event.title = "Anders"
    event.save()
    another = make_event(organizer, at=now())
    seats = make_variant(another)
    make_quota(another, 5, seats)
    buy(another, seats, 1, at=now())
    assert b"".join(batch(scope)) == expected.encode("cp1252")
    before = scope_of(organizer, date(2026, 3, 1), date(2026, 3, 31))
    assert read(before) == []


@pytest.fixture
def world(bank: Bank) -> World:
    return make_world()


def test_the_accounts_say_what_the_ledger_says(world: World) -> None:
    organizer = world.event.organizer
    scope = around_today(organizer)
    rows = read(scope)
    found = balances(rows)
    # 76.00 stay of what was sold online and 10.00 of the box office.
    assert found["8300"] == -7600 - 1000
    assert found["1500"] == owed(organizer)
    till = Entry.objects.filter(account__code__startswith="till:").aggregate(s=Sum("amount_minor"))
    assert found["1000"] == till["s"] == 5000 + 1000
    payout = world.payout.amount.minor
    assert found["1360"] == payout - 5000  # the payout came, the float was taken out of it
    assert found["1590"] == 0
    assert sum(found.values()) == 0
    ids = [row["Zusatzinformation- Inhalt 1"] for row in rows]
    assert len(ids) == len(set(ids))


def test_days_add_up_to_their_month_and_no_booking_is_in_two(world: World) -> None:
    organizer = world.event.organizer
    whole = around_today(organizer)
    days = [whole.first + timedelta(days=n) for n in range((whole.last - whole.first).days + 1)]
    singly = [one.id for day in days for one in bookings(scope_of(organizer, day, day))]
    assert sorted(singly) == sorted(one.id for one in bookings(whole))


def test_what_no_rule_knows_is_to_be_clarified_and_still_adds_up(world: World) -> None:
    organizer, at = world.event.organizer, now()
    pk, five = organizer.pk, Money(500, EUR)
    with transaction.atomic():
        draft = recipes.sale(pk, "paypal", "strange:1", gross=five, fee=Money(25, EUR))
        post(draft, subject="nobody.knows:77", at=at)
        given = recipes.provider_fee_given_back(pk, "paypal", "strange:2", Money(7, EUR))
        post(given, subject=world.paid.subject, at=at)
        kept = dispute_recipes.reserved(pk, "paypal", "d:1", amount=five, pending=five)
        post(kept, subject=world.paid.subject, at=at)
        lost = dispute_recipes.lost(
            pk, "paypal", "d:1", amount=five, reserved=five, owed=Money(0, EUR)
        )
        post(lost, subject=world.paid.subject, at=at)
    found = balances(read(around_today(organizer)))
    assert found["1590"] == -500
    assert found["4970"] == -7
    assert found["2400"] == 500
    assert found["1500"] == owed(organizer)


def test_a_discount_is_booked_apart_only_where_that_is_wanted() -> None:
    organizer = make_organizer()
    numbers = make_bookkeeping(organizer)
    event = make_event(organizer, at=now())
    variant = make_variant(event, tax_rate=Decimal("7.00"))
    make_quota(event, 5, variant)
    order, _payment = buy(event, variant, 1, at=now())
    order.lines.update(discount_minor=200)
    assert balances(read(around_today(organizer)))["8300"] == -3800
    apart = {Decimal("7.00"): Revenue("8300", discounts="8780")}
    save_bookkeeping(numbers, apart, actor="user:1", at=now())
    found = balances(read(around_today(organizer)))
    assert (found["8300"], found["8780"]) == (-4000, 200)
    assert found["1500"] == owed(organizer)


def test_a_refund_by_hand_beside_the_tills_is_booked(world: World) -> None:
    organizer = world.event.organizer
    before = balances(read(around_today(organizer)))
    sold_here = world.sold_here.order
    assert sold_here
    refund_order(sold_here, actor="user:1", reason="ill", at=now())
    after = balances(read(around_today(organizer)))
    assert after["8300"] - before["8300"] == 1000
    assert after["1360"] - before["1360"] == -1000
    assert after["1000"] == before["1000"]
    assert after["1500"] == owed(organizer)


def test_what_speaks_against_a_batch_is_said() -> None:
    organizer = make_organizer()
    at = datetime(2026, 4, 1, 6, tzinfo=UTC)
    march = scope_of(organizer, date(2026, 3, 1), date(2026, 3, 31))
    assert why_not(Scope(None, None, march.first, march.last, ZONE), at) == [
        "Choose one organizer."
    ]
    assert "Accounts in DATEV" in why_not(march, at)[0]
    make_bookkeeping(organizer, year_begins=3)
    assert why_not(march, at) == []
    assert "not over yet" in why_not(march, at - timedelta(hours=8))[0]
    spring = scope_of(organizer, date(2026, 2, 1), date(2026, 3, 31))
    assert "two fiscal years" in why_not(spring, at)[0]
    event = make_event(organizer, at=at - timedelta(days=5))
    variant = make_variant(event, tax_rate=Decimal("13.00"))
    make_quota(event, 5, variant)
    buy(event, variant, 1, at=at - timedelta(days=5))
    assert why_not(march, at) == ["No revenue account is named for the tax rate of 13.00 %."]
    Order.objects.update(currency="CHF")
    with transaction.atomic():
        sale = recipes.sale(organizer.pk, "stripe", "x", Money(9, "CHF"), Money(1, "CHF"))
        post(sale, subject="x:1", at=at - timedelta(days=5))
    assert "there are some in CHF" in why_not(march, at)[0]


def test_the_database_keeps_account_numbers_in_form() -> None:
    numbers = make_bookkeeping(make_organizer())
    for change in ({"cash": "100"}, {"cash": "10000"}, {"cash": "10a0"}, {"client": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Bookkeeping.objects.filter(pk=numbers.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        RevenueAccount.objects.filter(bookkeeping=numbers).update(rate=7)


def test_the_fee_that_was_passed_on_is_a_booking_of_its_own() -> None:
    organizer = make_organizer()
    make_bookkeeping(organizer)
    five = Band(Decimal(5))
    make_fees(organizer, five, at=now() - timedelta(hours=1), passes_provider_fee=True)
    event = make_event(organizer, at=now())
    variant = make_variant(event)
    make_quota(event, 5, variant)
    buy(event, variant, 1, at=now())
    found = balances(read(around_today(organizer)))
    assert found["4970"] == 37
    assert found["1500"] == owed(organizer)
