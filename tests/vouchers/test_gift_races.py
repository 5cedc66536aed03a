"""Thirty-two at the same moment with one gift voucher, and the same without its lock."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from apps.core.money import Money
from apps.core.transitions import IllegalTransition, LostRace
from apps.ledger import balances as ledger
from apps.ledger import voucher_recipes
from apps.ledger.chart import voucher as account_of
from apps.ledger.post import post
from apps.ledger.voucher_recipes import Part
from apps.vouchers import balances
from apps.vouchers.models import SPENT, GiftVoucher, VoucherHold
from apps.vouchers.services import hold as holding
from apps.vouchers.services import take_back as taking
from apps.vouchers.services.block import NothingLeft, replace
from apps.vouchers.services.hold import VoucherGone, hold, spend
from apps.vouchers.services.issue import NotCovered, issue
from apps.vouchers.services.write_voucher import NewVoucher, Recipient
from tests.factories.selling import make_organizer
from tests.factories.vouchers import fund, make_voucher, rest
from tests.racing import run_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ACTORS = 32
EACH = Money(700, "EUR")
QUARTER = timedelta(minutes=15)


def buy(voucher: GiftVoucher, claim: UUID) -> str:
    """Hold, and in another transaction spend and book, as an order does."""
    try:
        with transaction.atomic():
            if hold(voucher, claim, EACH, lasts=QUARTER, at=now()) != EACH:
                raise VoucherGone
        with transaction.atomic():
            locked = spend(voucher.pk, claim, EACH, at=now())
            part = Part(account_of(locked.pk, "stripe"), "stripe", EACH, Money.zero("EUR"))
            sale = voucher_recipes.sale(locked.organizer_id, f"story:{claim}", [part])
            post(sale, subject=f"story:{claim}", at=now())
    except VoucherGone:
        return "gone"
    return "bought"


def spent(voucher: GiftVoucher) -> int:
    return VoucherHold.objects.filter(voucher=voucher, held_until=SPENT).count()


def test_of_thirty_two_at_once_as_many_buy_as_it_is_worth() -> None:
    voucher = make_voucher(make_organizer(), 5 * EACH.minor)
    said = Counter(run_at_once(ACTORS, lambda _: buy(voucher, uuid4())))
    assert said == {"bought": 5, "gone": 27}
    assert (rest(voucher), spent(voucher)) == (0, 5)


def test_control_without_its_lock_more_of_it_is_held_than_there_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    voucher = make_voucher(make_organizer(), 5 * EACH.minor)

    def look_slowly(of: GiftVoucher) -> Money:
        found = balances.rest_of(of)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
        return found

    def take(_number: int) -> None:
        with transaction.atomic():
            hold(voucher, uuid4(), EACH, lasts=QUARTER, at=now())

    monkeypatch.setattr(holding, "lock", lambda pk: GiftVoucher.objects.get(pk=pk))
    monkeypatch.setattr(holding, "rest_of", look_slowly)
    run_at_once(ACTORS, take)
    assert sum(VoucherHold.objects.values_list("amount_minor", flat=True)) > 5 * EACH.minor


def test_blocked_and_spent_at_once_its_money_is_in_one_place() -> None:
    voucher = make_voucher(make_organizer(), EACH.minor)

    def either(number: int) -> str:
        if number % 2:
            return buy(voucher, uuid4())
        try:
            replace(voucher, Recipient(), reason="lost", actor="user:1", at=now())
        except NothingLeft:
            return "nothing left"
        return "replaced"

    said = Counter(run_at_once(8, either))
    assert [key for key in said if isinstance(key, Exception)] == []
    assert said["bought"] + said["replaced"] == 1
    replaced = GiftVoucher.objects.exclude(pk=voucher.pk).first()
    assert rest(voucher) == 0
    assert (rest(replaced) if replaced else 0) == EACH.minor * said["replaced"]


def bought_or_taken_back(voucher: GiftVoucher) -> Counter[str | Exception]:
    def either(number: int) -> str:
        if number % 2:
            return buy(voucher, uuid4())
        try:
            taking.take_back(voucher, reason="mistake", actor="user:1", at=now())
        except (NothingLeft, IllegalTransition, LostRace):
            return "nothing left"
        except IntegrityError:  # the books' own last word
            return "overdrawn"
        return "taken back"

    return Counter(run_at_once(8, either))


def test_taken_back_and_spent_at_once_its_money_is_in_one_place() -> None:
    voucher = make_voucher(make_organizer(), 3 * EACH.minor)
    said = bought_or_taken_back(voucher)
    assert (said["taken back"], said["overdrawn"], rest(voucher)) == (1, 0, 0)
    spent_on_tickets = said["bought"] * EACH.minor
    available = ledger.available(voucher.organizer_id, "stripe", "EUR").minor
    assert available + spent_on_tickets == 3 * EACH.minor


def test_control_without_its_lock_what_is_being_spent_is_taken_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    voucher = make_voucher(make_organizer(), EACH.minor)

    def look_slowly(of: GiftVoucher) -> Money:
        found = balances.rest_of(of)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        return found

    monkeypatch.setattr(taking, "lock", lambda pk: GiftVoucher.objects.get(pk=pk))
    monkeypatch.setattr(taking, "rest_of", look_slowly)
    said = bought_or_taken_back(voucher)
    assert said["overdrawn"] >= 1


def test_of_thirty_two_issued_at_once_as_many_are_as_there_is_money() -> None:
    organizer = make_organizer()
    fund(organizer, 3 * EACH.minor)

    def give(_number: int) -> str:
        try:
            issue(NewVoucher(organizer, "stripe", EACH), Recipient(), actor="user:1", at=now())
        except NotCovered:
            return "not covered"
        return "issued"

    assert Counter(run_at_once(ACTORS, give)) == {"issued": 3, "not covered": 29}
