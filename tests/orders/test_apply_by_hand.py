"""A payment that needed a look buys its order after all, or is refused with the reason."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.timezone import now

from apps.audit.registry import all_checks
from apps.audit.run import look
from apps.core.models import StateChange
from apps.core.money import Money
from apps.events.models import Event
from apps.events.services.call_off import call_off
from apps.inventory.models import Place
from apps.orders.models import Order, OrderPayment
from apps.orders.services.apply_by_hand import NotApplicable, Why, apply_by_hand, why_not
from apps.orders.services.expire import expire
from apps.orders.services.refund import refund_order
from apps.orders.services.send_back import send_back
from apps.orders.states import OrderState
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.sandbox.stripe.charges import settle
from tests.buying import Buyer, Shop, open_shop, order_of, tickets_of
from tests.outbox_pump import deliver_all, undelivered
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests

OPERATOR = "user:7"


def differs(shop: Shop, payment: Payment, **told: Any) -> Payment:
    """Paid, and what Stripe tells of it is not what was asked."""
    Buyer(shop).pays_by_card_what_differs(payment, **told)
    Buyer(shop).comes_back(payment)
    payment.refresh_from_db()
    assert (payment.state, payment.needs_review) == ("captured", True)
    assert order_of(payment).state == OrderState.PENDING
    return payment


def other_reference(shop: Shop) -> Payment:
    payment = Buyer(shop).on_the_way_to_pay(Kind.STRIPE)
    return differs(shop, payment, client_reference_id="TYPED-BY-HAND")


def by_hand(payment: Payment) -> Order:
    return apply_by_hand(payment, actor=OPERATOR, reason="compared with the bank", at=now())


def refused(payment: Payment) -> NotApplicable:
    before = OrderPayment.objects.filter(applied=True).count()
    with pytest.raises(NotApplicable) as told:
        by_hand(payment)
    assert OrderPayment.objects.filter(applied=True).count() == before
    return told.value


def broken() -> list[str]:
    return [row for finding in look(all_checks()) for row in finding.rows]


def test_it_buys_the_order_and_the_books_say_so(shop: Shop) -> None:
    payment = other_reference(shop)
    assert shop.balances()["unapplied:stripe"] == -7600
    order = by_hand(payment)

    payment.refresh_from_db()
    assert (order.state, payment.needs_review, len(tickets_of(order))) == ("paid", False, 2)
    change = StateChange.objects.filter(subject="orders.order", subject_id=order.pk).latest("pk")
    assert (change.target, change.actor, change.reason) == (
        "paid",
        OPERATOR,
        "compared with the bank",
    )
    books = shop.balances()
    assert "unapplied:stripe" not in books
    assert books[f"org:{shop.organizer.pk}:pending:stripe"] == -(7600 - order.fee_minor)
    assert books["fee:platform"] == -order.fee_minor
    deliver_all(at=now())
    assert (undelivered(), broken()) == ([], [])

    refund_order(order, actor="user:1", reason="ill", at=now())
    deliver_all(at=now())
    assert (Refund.objects.get().state, broken()) == ("succeeded", [])


def test_it_is_applied_once_and_never_sent_back_as_well(shop: Shop) -> None:
    payment = other_reference(shop)
    order = by_hand(payment)
    assert refused(payment).why == Why.ORDER_PAID
    assert (len(tickets_of(order)), Refund.objects.count()) == (2, 0)


def test_after_its_time_it_takes_places_that_are_free(shop: Shop) -> None:
    payment = other_reference(shop)
    order = order_of(payment)
    expire(order, at=order.pay_by)
    applied = by_hand(payment)
    assert (applied.state, applied.late, broken()) == (OrderState.PAID, True, [])


@pytest.mark.parametrize(
    ("told", "sum_of"),
    [({"amount_total": 7000}, Money(7000, "EUR")), ({"currency": "usd"}, Money(7600, "USD"))],
)
def test_another_sum_is_refused(shop: Shop, told: dict[str, Any], sum_of: Money) -> None:
    payment = differs(shop, Buyer(shop).on_the_way_to_pay(Kind.STRIPE), **told)
    said = refused(payment)
    assert (said.why, said.told) == (Why.OTHER_SUM, sum_of)
    assert order_of(payment).state == OrderState.PENDING
    assert shop.balances()["unapplied:stripe"] == -7600


def test_what_is_on_its_way_back_is_refused(shop: Shop) -> None:
    payment = other_reference(shop)
    send_back(payment, actor=OPERATOR, at=now())
    assert refused(payment).why == Why.NOT_WHOLE


def test_an_order_that_was_replaced_or_called_off_is_refused(shop: Shop) -> None:
    payment = other_reference(shop)
    call_off(Event.objects.get(), reason="storm", actor="user:1", at=now())
    assert refused(payment).why == Why.NOT_ON_SALE
    order = order_of(payment)
    order.replaced_by = order
    assert why_not(order, payment) == Why.ORDER_REPLACED


def test_without_places_it_is_refused(shop: Shop) -> None:
    payment = other_reference(shop)
    order = order_of(payment)
    expire(order, at=order.pay_by)
    Place.objects.all().delete()
    assert refused(payment).why == Why.PLACES_GONE
    order.refresh_from_db()
    assert (order.state, tickets_of(order)) == (OrderState.EXPIRED, [])


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_applying_and_sending_back_at_once_is_one_of_them(sandbox: SandboxForTests) -> None:
    shop = open_shop(sandbox)
    payment = other_reference(shop)

    def act(number: int) -> object:
        if number % 2:
            return send_back(payment, actor=OPERATOR, at=now())
        return by_hand(payment)

    done = [one for one in run_at_once(4, act) if not isinstance(one, Exception)]
    assert len(done) == 1
    order = order_of(payment)
    assert (order.state == OrderState.PAID) is (Refund.objects.count() == 0)
    assert len(tickets_of(order)) == (2 if order.state == OrderState.PAID else 0)
    deliver_all(at=now())
    assert broken() == []


def test_what_was_compared_is_not_marked_again_when_the_fee_is_told(shop: Shop) -> None:
    """Else nothing of it would ever go back by itself, as when its event is called off."""
    payment = Buyer(shop).on_the_way_to_pay(Kind.STRIPE)
    Buyer(shop).pays_by_card_what_differs(payment, client_reference_id="TYPED-BY-HAND")
    store = shop.sandbox.world.store
    (charge,) = store.oldest("charge")
    store.put("charge", charge["id"], charge | {"balance_transaction": None, "status": "pending"})
    Buyer(shop).comes_back(payment)
    payment.refresh_from_db()
    assert (payment.needs_review, payment.fee_minor) == (True, None)
    by_hand(payment)

    store.put("charge", charge["id"], charge)
    settle(shop.sandbox.world, charge["id"])
    order = Buyer(shop).comes_back(payment)
    payment.refresh_from_db()
    assert (payment.needs_review, payment.fee_minor) == (False, 139)
    call_off(shop.event, reason="flooded", actor="user:1", at=now())
    deliver_all(at=now())
    assert undelivered() == []
    assert [ticket.state for ticket in tickets_of(order)] == ["refunded", "refunded"]
    assert Refund.objects.get().state == "succeeded"
