"""Money that bought nothing, or did not get back: an operator sees it and decides."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.core.models import StateChange
from apps.orders.keys import order_key
from apps.orders.models import Order
from apps.orders.services.refund import refund_order
from apps.payments.gateways.base import Kind
from apps.payments.models import Refund
from apps.payments.polling import GIVE_UP
from apps.payments.services.reconcile_refunds import reconcile_refunds
from apps.payments.services.submit_refund import look_up_refund
from apps.tickets.models import Ticket
from apps.trail.models import MoneyAct
from tests.buying import Buyer, Shop, open_shop
from tests.factories.selling import make_member
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
    assert failed_and_listed(operator) == ("1", True)

    shop.sandbox.do("plan_paypal_refund", outcome="COMPLETED")
    operator.post(again)
    deliver_all(at=now())
    assert sorted(r.state for r in Refund.objects.all()) == ["failed", "succeeded"]
    assert "owed to the buyer" not in operator.get(page).content.decode()
    assert "unapplied:paypal" not in shop.balances()
    assert failed_and_listed(operator) == ("0", False)


def failed_and_listed(operator: Client) -> tuple[str, bool]:
    """How many wait, by the first page, and whether the list behind it shows one."""
    first = operator.get("/platform/").content.decode()
    found = re.search(r'href="([^"]+)">Refunds that failed</a>\s*<span>(\d+)<', first)
    assert found is not None
    return found[2], "€76.00" in operator.get(found[1]).content.decode()


@pytest.fixture
def not_arrived(shop: Shop) -> Order:
    """All of it was given back, and PayPal could not send it."""
    payment = Buyer(shop).on_the_way_to_pay(Kind.PAYPAL)
    Buyer(shop).pays(payment)
    order = Buyer(shop).comes_back(payment)
    refund = refund_order(order, actor="user:1", reason="ill", at=now())
    assert refund is not None
    shop.sandbox.do("plan_paypal_refund", outcome="PENDING_FAILS")
    look_up_refund(refund, at=now())
    shop.sandbox.later(shop.sandbox.world.options.delayed_seconds + 1)
    refund.refresh_from_db()
    look_up_refund(refund, at=now())
    deliver_all(at=now())
    return order


def as_owner(shop: Shop) -> Client:
    desk = Client()
    owner = make_member(shop.organizer, Role.OWNER)
    desk.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return desk


def test_buyer_and_organizer_are_told_that_it_did_not_arrive(
    shop: Shop, not_arrived: Order
) -> None:
    buyer, desk = Client(), as_owner(shop)
    page = f"/orders/{not_arrived.reference}/"
    buyer.get(f"{page}?key={order_key(not_arrived)}")
    told = buyer.get(page).content.decode()
    assert "Your refund did not arrive." in told
    assert "€76.00 could not be sent to you. It is still yours" in told
    assert ("Just show the code" in told, "Paid." in told) == (False, False)

    ours = f"/console/orders/order/{not_arrived.pk}"
    shown = desk.get(f"{ours}/overview/").content.decode()
    assert "€76.00 did not reach the buyer." in shown
    assert "Refund failed" in desk.get("/console/orders/order/").content.decode()
    said = desk.get(f"{ours}/refund/", follow=True).content.decode()
    assert "All of it was given back, and €76.00 did not arrive: send it again." in said


def test_one_button_sends_it_again_and_only_once(shop: Shop, not_arrived: Order) -> None:
    desk, ours = as_owner(shop), f"/console/orders/order/{not_arrived.pk}"
    shop.sandbox.do("plan_paypal_refund", outcome="COMPLETED")
    answers = [desk.post(f"{ours}/resending/", follow=True).content.decode() for _ in range(2)]
    assert "It is on its way back." in answers[0]
    assert "Nothing of it is owed to the buyer any more." in answers[1]
    deliver_all(at=now())
    assert sorted(r.state for r in Refund.objects.all()) == ["failed", "succeeded"]
    assert "unapplied:paypal" not in shop.balances()
    shown = desk.get(f"{ours}/overview/").content.decode()
    assert ("Send it again" in shown, "Refund failed" in shown) == (False, False)
    assert "Refunded" in shown


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


def test_a_payment_that_differed_is_compared_and_waits_for_nobody(
    shop: Shop, operator: Client
) -> None:
    payment = Buyer(shop).on_the_way_to_pay(Kind.STRIPE)
    Buyer(shop).pays(payment)
    Buyer(shop).comes_back(payment)
    payment.refresh_from_db()
    shop.sandbox.do("refund_there", provider="stripe", of=payment.ids["charge"], amount=500)
    reconcile_refunds(payment, at=now())
    deliver_all(at=now())
    waits = re.compile(r"Payments that differ from what was asked</a>\s*<span>(\d+)<")
    page = f"/platform/payments/payment/{payment.pk}/overview/"
    shown = operator.get(page).content.decode()
    assert ("I have compared it" in shown, "It bought nothing" in shown) == (True, False)
    assert waits.findall(operator.get("/platform/").content.decode()) == ["1"]

    compared = f"/platform/payments/payment/{payment.pk}/looking-over/"
    assert "This field is required." in operator.post(compared, {"reason": ""}).content.decode()
    assert not MoneyAct.objects.filter(act="payment.look_over").exists()

    said = operator.post(compared, {"reason": "Olga did it there"}, follow=True).content.decode()
    assert ("waits for nobody" in said, "I have compared it" in said) == (True, False)
    assert waits.findall(operator.get("/platform/").content.decode()) == ["0"]
    again = operator.post(compared, {"reason": "once more"}, follow=True).content.decode()
    assert "It has changed meanwhile." in again
    act = MoneyAct.objects.get(act="payment.look_over")
    assert (act.reason, act.amount_minor) == ("Olga did it there", 7600)

    shop.sandbox.do("refund_there", provider="stripe", of=payment.ids["charge"], amount=100)
    reconcile_refunds(payment, at=now())
    assert "I have compared it" in operator.get(page).content.decode()
