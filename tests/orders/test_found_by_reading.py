"""Stories of defects that a reader of the code found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from apps.core.money import Money
from apps.events.states import EventState
from apps.inventory.availability import count
from apps.orders.models import Order, OrderPayment
from apps.orders.services.adopt_refund import adopt_refund
from apps.orders.services.rebind import rebind_variant
from apps.orders.services.refund import refund_order
from apps.orders.services.send_back import NothingToSendBack, owed_to_buyer, send_back
from apps.orders.services.start_payment import NotPayable
from apps.orders.states import OrderState
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.payments.services.submit_refund import look_up_refund
from apps.payments.states import RefundState
from tests.buying import Buyer, Shop, order_of, tickets_of
from tests.clock import shift_claims_clock
from tests.expiring import expire_due
from tests.factories.selling import make_quota
from tests.orders.visitor import Visitor
from tests.outbox_pump import deliver_all, undelivered


def test_a_delayed_payment_keeps_its_places_through_a_change_of_quotas(
    shop: Shop, ada: Buyer
) -> None:
    payment = ada.on_the_way_to_pay(Kind.PAYPAL)
    ada.pays(payment, "echeck")
    ada.comes_back(payment)
    rebind_variant(shop.parkett, [make_quota(shop.event, 10, name="Tent")])
    shift_claims_clock(timedelta(days=3))
    assert count(shop.event.pk).of(shop.parkett.pk) == 8


def test_one_bad_order_does_not_stop_the_others_from_expiring(shop: Shop, ada: Buyer) -> None:
    bad = order_of(ada.on_the_way_to_pay(Kind.STRIPE))
    good = order_of(Buyer(shop).on_the_way_to_pay(Kind.STRIPE))
    Payment.objects.filter(order_payment__order=bad).update(provider="nobody")
    assert expire_due(at=now() + timedelta(minutes=16)) == 1
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.state, bad.state) == (OrderState.EXPIRED, OrderState.PENDING)


def test_a_payment_that_is_processed_for_ever_ends(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.PAYPAL)
    ada.pays(payment, "echeck")
    order = ada.comes_back(payment)
    assert expire_due(at=now() + timedelta(days=13)) == 0
    assert expire_due(at=now() + timedelta(days=15)) == 1
    order.refresh_from_db()
    assert order.state == OrderState.EXPIRED


def test_what_is_left_after_a_partial_refund_elsewhere_goes_back(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    ada.pays(payment)
    order = ada.comes_back(payment)
    adopted = Refund.objects.create(
        payment=payment,
        amount_minor=1000,
        purpose="",
        provider_id="re_dashboard",
        state=RefundState.PENDING,
        created_at=now(),
    )
    with transaction.atomic():
        adopt_refund(adopted, at=now())
    refund = refund_order(order, actor="user:1", reason="", at=now())
    assert refund is not None
    assert refund.amount == Money(6600, "EUR")
    assert "fee:platform" not in shop.balances()
    assert {t.state for t in tickets_of(order)} == {"refunded"}


def test_nothing_is_paid_for_an_event_that_was_called_off(shop: Shop, ada: Buyer) -> None:
    order = ada.fills_in(ada.chooses(1))
    type(shop.event).objects.filter(pk=shop.event.pk).update(state=EventState.CANCELLED)
    with pytest.raises(NotPayable):
        ada.goes_to(Kind.STRIPE, order)
    assert not OrderPayment.objects.exists()


@pytest.mark.parametrize(
    "path",
    ["/orders/%00/", "/?q=%00", "/?city=%00", "/tickets/%00/x.png", "/api/v1/orders/%00"],
)
@pytest.mark.django_db
def test_text_that_is_none_is_the_senders_mistake(client: Client, path: str) -> None:
    assert client.get(path).status_code in {400, 404, 422}


def test_numbers_beyond_all_measure_count_as_none(shop: Shop) -> None:
    form = {f"heads-{shop.parkett.pk}": "9" * 5000, "heads-" + "9" * 5000: "1", "replace": "\0"}
    visitor = Visitor(shop)
    status = visitor.sends(f"/events/{shop.event.slug}/orders/", **form)
    assert status in {400, 422}
    assert Order.objects.count() == 0


def test_money_that_differed_is_sent_back_by_an_operator_once(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    Payment.objects.filter(pk=payment.pk).update(needs_review=True)
    ada.pays(payment)
    order = ada.comes_back(payment)
    payment.refresh_from_db()
    assert (order.state == OrderState.PAID, owed_to_buyer(payment, order)) == (False, order.total)
    refund = send_back(payment, actor="user:1", at=now())
    assert (refund.amount, owed_to_buyer(payment, order).minor) == (order.total, 0)
    with pytest.raises(NothingToSendBack):
        send_back(payment, actor="user:1", at=now())
    deliver_all(at=now())
    assert undelivered() == []
    assert {code for code in shop.balances() if code.startswith(("unapplied", "refunds"))} == set()


def test_a_refund_that_failed_is_sent_back_again(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    ada.pays(payment)
    order = ada.comes_back(payment)
    shop.sandbox.do("plan_stripe_refund", outcome="pending_fails")
    refund_order(order, actor="user:1", reason="", at=now())
    deliver_all(at=now())
    shop.sandbox.later(86400)
    later = now() + timedelta(days=2)
    look_up_refund(Refund.objects.get(), at=later)
    payment.refresh_from_db()
    assert owed_to_buyer(payment, order) == order.total
    send_back(payment, actor="user:1", at=now())
    deliver_all(at=now())
    assert {r.state for r in Refund.objects.all()} == {RefundState.FAILED, RefundState.SUCCEEDED}
    assert "unapplied:stripe" not in shop.balances()
