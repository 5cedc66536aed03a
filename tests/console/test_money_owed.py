"""Money that bought nothing, or did not get back: an operator sees it and decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import User
from apps.core.models import StateChange
from apps.orders.services.refund import refund_order
from apps.payments.gateways.base import Kind
from apps.payments.models import Refund
from apps.payments.polling import GIVE_UP
from apps.payments.services.submit_refund import look_up_refund
from apps.tickets.models import Ticket
from tests.buying import Buyer, Shop, open_shop
from tests.outbox_pump import deliver_all
from tests.sandbox_server import SandboxForTests

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


def test_a_refund_without_funds_fails_in_the_end_and_is_sent_again(
    shop: Shop, operator: Client
) -> None:
    payment = Buyer(shop).on_the_way_to_pay(Kind.PAYPAL)
    Buyer(shop).pays(payment)
    order = Buyer(shop).comes_back(payment)
    at = now()
    refund = refund_order(order, actor="user:1", reason="ill", at=at)
    assert refund is not None
    page = f"/platform/payments/refund/{refund.pk}/overview/"
    for moment in (at, at + GIVE_UP + timedelta(hours=1)):
        shop.sandbox.do("plan_paypal_refund", outcome="INSUFFICIENT_FUNDS")
        look_up_refund(refund, at=moment)
        refund.refresh_from_db()
        if moment == at:
            assert "Refunds that cannot be sent yet" in operator.get("/platform/").content.decode()
            assert "It is tried again every hour" in operator.get(page).content.decode()

    shown = operator.get(page).content.decode()
    assert "€76.00 is owed to the buyer." in shown
    assert "no funds for 35 days" in shown
    again = f"/platform/payments/payment/{payment.pk}/sending-back/"
    assert again in shown
    assert shop.balances()["unapplied:paypal"] == -7600

    shop.sandbox.do("plan_paypal_refund", outcome="COMPLETED")
    operator.post(again)
    deliver_all(at=now())
    assert sorted(r.state for r in Refund.objects.all()) == ["failed", "succeeded"]
    assert "owed to the buyer" not in operator.get(page).content.decode()
    assert "unapplied:paypal" not in shop.balances()


def test_a_payment_that_differed_is_applied_by_an_operator(shop: Shop, operator: Client) -> None:
    payment = Buyer(shop).on_the_way_to_pay(Kind.STRIPE)
    Buyer(shop).pays_by_card_what_differs(payment, client_reference_id="TYPED-BY-HAND")
    order = Buyer(shop).comes_back(payment)
    page = f"/platform/payments/payment/{payment.pk}"

    shown = operator.get(f"{page}/overview/").content.decode()
    assert f"{page}/application/" in shown
    asked = operator.get(f"{page}/application/").content.decode()
    assert f"€76.00 by Stripe pays order {order.reference}, and the buyer" in asked
    operator.post(f"{page}/application/", {"reason": ""})
    order.refresh_from_db()
    assert order.state == "pending"  # without a reason nothing happens

    said = operator.post(f"{page}/application/", {"reason": "seen at Stripe"}, follow=True)
    assert "Paid. The tickets are on their way to the buyer." in said.content.decode()
    order.refresh_from_db()
    change = StateChange.objects.filter(subject="orders.order").latest("pk")
    assert (order.state, change.reason) == ("paid", "seen at Stripe")
    assert change.actor == f"user:{User.objects.get(is_staff=True).pk}"

    again = operator.post(f"{page}/application/", {"reason": "once more"}, follow=True)
    assert "The order is paid already." in again.content.decode()


def test_another_sum_is_refused_with_both_numbers(shop: Shop, operator: Client) -> None:
    payment = Buyer(shop).on_the_way_to_pay(Kind.STRIPE)
    Buyer(shop).pays_by_card_what_differs(payment, amount_total=7000)
    Buyer(shop).comes_back(payment)
    page = f"/platform/payments/payment/{payment.pk}/application/"

    said = operator.post(page, {"reason": "try"}, follow=True).content.decode()
    assert "The provider took €70.00, the order costs €76.00. Send it back." in said
    assert not Ticket.objects.exists()
