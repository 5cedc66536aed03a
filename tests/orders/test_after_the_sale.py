"""What an organizer does with orders: refund, guest list, a corrected address, other quotas; sold out."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.inventory.availability import count
from apps.inventory.claims import SoldOut
from apps.inventory.models import Place
from apps.orders.keys import opens, order_key
from apps.orders.models import Order, Unit, UnitPlace
from apps.orders.selectors import refunds_of, status
from apps.orders.services.complimentary import Guest, give_tickets
from apps.orders.services.correct_email import correct_email
from apps.orders.services.rebind import rebind_variant
from apps.orders.services.refund import NotRefundable, refund_order
from apps.orders.services.sold_out import refresh_sold_out
from apps.orders.states import Channel, OrderState
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundState
from apps.variants.states import VariantState
from tests.buying import Buyer, Shop, tickets_of
from tests.factories.selling import make_quota
from tests.outbox_pump import deliver_all, undelivered

BOTH = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])


def left(shop: Shop) -> int | None:
    return count(shop.event.pk).of(shop.parkett.pk)


def bought(ada: Buyer, provider: Kind = Kind.STRIPE, heads: int = 2) -> Order:
    payment = ada.on_the_way_to_pay(provider, heads)
    ada.pays(payment)
    return ada.comes_back(payment)


@BOTH
def test_a_refund_kills_the_tickets_frees_the_places_and_returns_the_fee(
    shop: Shop, ada: Buyer, provider: Kind
) -> None:
    order = bought(ada, provider)
    refund = refund_order(order, actor="user:1", reason="ill", at=now())
    assert refund is not None
    assert [t.state for t in tickets_of(order)] == ["refunded", "refunded"]
    assert (left(shop), UnitPlace.objects.count()) == (10, 0)
    assert Unit.objects.filter(ended_at__isnull=True).count() == 0
    deliver_all(at=now())
    assert undelivered() == []
    refund.refresh_from_db()
    assert (refund.state, refund.amount_minor) == (RefundState.SUCCEEDED, 7600)
    assert status(order, refunds_of(order)) == "refunded"
    books = shop.balances()
    fee = books.pop(f"fee:provider:{provider}", 0)
    assert books == ({f"clearing:{provider}": -fee} if fee else {})


def test_a_refund_happens_once(shop: Shop, ada: Buyer) -> None:
    order = bought(ada)
    refund_order(order, actor="user:1", reason="", at=now())
    with pytest.raises(NotRefundable):
        refund_order(order, actor="user:1", reason="", at=now())
    assert Refund.objects.count() == 1


def test_an_unpaid_order_is_not_refunded(ada: Buyer) -> None:
    with pytest.raises(NotRefundable):
        refund_order(ada.chooses(1), actor="user:1", reason="", at=now())


def test_guests_get_tickets_from_the_same_places(shop: Shop) -> None:
    guest = Guest("Guest@Example.org", "Grace Hopper", "de")
    order = give_tickets(shop.event, {shop.parkett: 2}, guest, actor="user:1", at=now())
    assert (order.state, order.channel, order.total_minor) == (
        OrderState.PAID,
        Channel.GUEST_LIST,
        0,
    )
    assert [t.holder_name for t in tickets_of(order)] == ["Grace Hopper"] * 2
    assert (left(shop), shop.balances(), Payment.objects.count()) == (8, {}, 0)
    with pytest.raises(SoldOut):
        give_tickets(shop.event, {shop.parkett: 9}, guest, actor="user:1", at=now())
    assert left(shop) == 8
    assert refund_order(order, actor="user:1", reason="", at=now()) is None
    assert left(shop) == 10


def test_a_corrected_address_kills_the_old_link(ada: Buyer) -> None:
    order = bought(ada)
    old_key = order_key(order)
    assert opens(order, old_key)
    correct_email(order, "Right@Example.org", actor="user:1", at=now())
    assert (order.email, opens(order, old_key)) == ("right@example.org", False)
    assert opens(order, order_key(order))


def test_other_quotas_take_sold_and_held_along(shop: Shop, ada: Buyer) -> None:
    order = bought(ada)
    Buyer(shop).chooses(3)
    cap = make_quota(shop.event, 6, name="Everybody")
    rebind_variant(shop.parkett, [shop.hall, cap])
    assert left(shop) == 1
    for unit in Unit.objects.filter(line__order=order):
        quotas = set(unit.unit_places.values_list("place__quota_id", flat=True))
        assert quotas == {shop.hall.pk, cap.pk}
    small = make_quota(shop.event, 4, name="Too small")
    with pytest.raises(SoldOut) as refused:
        rebind_variant(shop.parkett, [small])
    assert (refused.value.wanted, refused.value.left) == (5, 4)
    rebind_variant(shop.parkett, [cap])
    assert Place.objects.filter(quota=shop.hall, claim__isnull=False).count() == 0
    assert UnitPlace.objects.filter(place__quota=cap).count() == 2


def test_sold_out_comes_and_goes_by_itself(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE, heads=10)
    assert refresh_sold_out(shop.event, at=now()) == 0  # held is not sold
    ada.pays(payment)
    order = ada.comes_back(payment)
    deliver_all(at=now())
    shop.parkett.refresh_from_db()
    assert shop.parkett.state == VariantState.SOLD_OUT
    refund_order(order, actor="user:1", reason="", at=now())
    deliver_all(at=now())
    shop.parkett.refresh_from_db()
    assert shop.parkett.state == VariantState.LIVE
