"""Gift vouchers in an accountant's books: a liability, to the cent what the ledger owes on them."""

from __future__ import annotations

import uuid

import pytest
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order
from apps.orders.services.give_back import Giving
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.refund import Whole, refund
from apps.vouchers.keys import code_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.take_back import take_back
from tests.exports.test_datev import around_today, balances, owed, read
from tests.factories.bookkeeping import make_bookkeeping
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.factories.vouchers import make_voucher, rest
from tests.factories.world import pay

pytestmark = pytest.mark.django_db


def bought_with(voucher: GiftVoucher, organizer: Organizer) -> Order:
    """Two tickets at 7 per cent, €76.00."""
    event = make_event(organizer, at=now())
    variant = make_variant(event)
    make_quota(event, 5, variant)
    buyer = browser_buyer(uuid.uuid4(), address="203.0.113.7")
    who = Circumstances(email="ada@example.org", name="Ada Byron")
    wanted = Selection(event, {variant.pk: 2}, voucher=code_of(voucher))
    order = place(wanted, buyer, who, at=now())
    pay(order, at=now())
    order.refresh_from_db()
    return order


def test_what_is_owed_on_vouchers_is_a_liability_until_it_is_spent() -> None:
    organizer = make_organizer()
    make_bookkeeping(organizer)
    voucher = make_voucher(organizer, 5000)
    found = balances(read(around_today(organizer)))
    assert (found["1700"], found["1500"]) == (-5000, owed(organizer) + 5000)

    order = bought_with(voucher, organizer)
    assert (order.voucher_minor, rest(voucher)) == (5000, 0)
    found = balances(read(around_today(organizer)))
    assert (found["1700"], found["8300"]) == (0, -7600)
    assert found["1500"] == owed(organizer)

    refund(order, Whole(), Giving("user:1", "rain"), at=now())
    found = balances(read(around_today(organizer)))
    assert (rest(voucher), found["1700"], found["8300"]) == (5000, -5000, 0)
    assert found["1500"] == owed(organizer) + 5000


def test_one_that_is_taken_back_leaves_nothing_but_what_was_there() -> None:
    organizer = make_organizer()
    make_bookkeeping(organizer)
    voucher = make_voucher(organizer, 5000)
    take_back(voucher, reason="mistake", actor="user:1", at=now())
    rows = read(around_today(organizer))
    found = balances(rows)
    # "Earlier" money of the story, of which no rule knows, and no trace of the voucher.
    assert (found["1700"], found["1500"], found["1590"]) == (0, 5000, -5000)
    mine = [row for row in rows if row["Belegfeld 1"] == voucher.reference]
    assert [row["Buchungstext"] for row in mine] == [
        f"Gutschein {voucher.reference}",
        f"Gutschein ausgestellt {voucher.reference}",
        f"Gutschein {voucher.reference}",
        f"Gutschein zurückgenommen {voucher.reference}",
    ]
