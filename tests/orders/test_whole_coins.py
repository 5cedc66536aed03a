"""A currency that ISO counts in hundredths, while nobody has any: PayPal refuses them."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.audit.registry import all_checks
from apps.audit.run import look
from apps.box_office.forms import AmountField
from apps.core.money import Money
from apps.orders.models import Order, OrderLine, Unit
from apps.orders.services.give_back import Giving, NotRefundable
from apps.orders.services.refund import Amount, Tickets, Whole, refund
from apps.orders.services.return_tickets import return_tickets
from apps.payments.gateways.base import Kind
from apps.payments.models import Refund
from apps.payouts.coming import now_of
from apps.payouts.services.approve import approve
from apps.payouts.services.propose import propose
from apps.payouts.statement import statement
from tests.buying import Buyer, Shop, open_shop
from tests.factories.paying_out import pay_to
from tests.outbox_pump import deliver_all, undelivered
from tests.sandbox_server import SandboxForTests

LENA = Giving("user:1", "ill")


@pytest.fixture
def budapest(db: None, sandbox: SandboxForTests) -> Shop:
    shop = open_shop(sandbox, price_minor=199_000)
    shop.event.currency = "HUF"
    shop.event.save()
    shop.organizer.release_at_sale = True
    shop.organizer.save()
    return shop


def bought(shop: Shop, heads: int) -> Order:
    ada = Buyer(shop)
    payment = ada.on_the_way_to_pay(Kind.PAYPAL, heads)
    ada.pays(payment)
    return ada.comes_back(payment)


def huf(minor: int) -> Money:
    return Money(minor, "HUF")


def went_back() -> list[tuple[str, int]]:
    deliver_all(at=now())
    assert undelivered() == []
    return list(Refund.objects.order_by("pk").values_list("state", "amount_minor"))


def broken() -> list[str]:
    return [row for finding in look(all_checks()) for row in finding.rows]


def test_however_it_is_cut_it_goes_back_in_whole_coins(budapest: Shop) -> None:
    order = bought(budapest, 3)
    refund(order, Amount(huf(10_000)), LENA, at=now())  # a third of what is left is no whole forint
    first = Unit.objects.order_by("pk")[0]
    refund(order, Tickets(frozenset({first.pk})), LENA, at=now())
    refund(order, Whole(), LENA, at=now())
    amounts = [10_000, 195_700, 391_300]
    assert went_back() == [("succeeded", minor) for minor in amounts]
    assert sum(amounts) == order.total_minor
    assert broken() == []


def test_a_part_of_a_coin_is_not_given_back(budapest: Shop) -> None:
    order = bought(budapest, 1)
    with pytest.raises(NotRefundable):
        refund(order, Amount(huf(10_050)), LENA, at=now())
    field = AmountField(currency="HUF")
    assert field.clean("100") == huf(10_000)
    with pytest.raises(Exception, match="HUF has fewer decimals"):
        field.clean("100.50")
    assert not Refund.objects.exists()


def test_a_buyer_gets_whole_coins_where_the_fee_is_kept(budapest: Shop) -> None:
    order = bought(budapest, 1)
    OrderLine.objects.update(refund_until=order.event.starts_at, refund_keeps_fee=True)
    (unit,) = Unit.objects.values_list("pk", flat=True)
    made = return_tickets(order, {unit}, key="once", went_in=lambda _tickets: set(), at=now())
    assert (made.amount_minor, order.fee_minor) == (189_000, 9950)
    assert went_back() == [("succeeded", 189_000)]
    assert broken() == []


def test_what_is_less_than_a_coin_waits_for_the_next_payout(budapest: Shop) -> None:
    bought(budapest, 1)  # 1,890.50 forint are the organizer's
    method = pay_to(budapest.organizer, "kasse@lichtbogen.example", at=now())
    (coming,) = now_of(budapest.organizer, at=now())
    assert coming.next_payout == huf(189_000)
    payout = propose(method, "HUF", at=now())
    assert payout is not None
    assert (payout.amount, statement(payout).kept_back) == (huf(189_000), huf(50))
    budapest.sandbox.do("fund", provider="paypal", currency="HUF", amount=100_000)
    approve(payout, actor="user:1", at=now())
    deliver_all(at=now())
    assert undelivered() == []
    payout.refresh_from_db()
    assert (payout.state, payout.problem) == ("in_transit", "")
    assert budapest.balances()[f"org:{budapest.organizer.pk}:available:paypal"] == -50
    assert propose(method, "HUF", at=now()) is None
    assert broken() == []
