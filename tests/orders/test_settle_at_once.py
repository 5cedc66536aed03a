from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.orders.models import OrderPayment
from apps.orders.services.settle import settle
from apps.orders.states import OrderState
from apps.outbox.models import Message
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from tests.buying import Buyer, open_shop, order_of, tickets_of
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests

ACTORS = ("browser", "provider", "system")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
def test_return_page_webhook_and_poll_at_once_are_one_sale(
    sandbox: SandboxForTests, provider: Kind
) -> None:
    shop = open_shop(sandbox)
    ada = Buyer(shop)
    payment = ada.on_the_way_to_pay(provider)
    ada.pays(payment)

    results = run_at_once(
        6, lambda n: settle(Payment.objects.get(pk=payment.pk), actor=ACTORS[n % 3], at=now())
    )

    assert [r for r in results if isinstance(r, Exception)] == []
    assert order_of(payment).state == OrderState.PAID
    assert len(tickets_of(order_of(payment))) == 2
    assert OrderPayment.objects.filter(applied=True).count() == 1
    assert Message.objects.filter(topic="order.confirmed").count() == 1
    books = shop.balances()
    assert books[f"org:{shop.organizer.pk}:pending:{provider}"] == -7220
    assert books[f"clearing:{provider}"] + books.get(f"fee:provider:{provider}", 0) == 7600
    captures = {
        response.body for request, response in sandbox.exchanges if "capture" in request.path
    }
    assert len(captures) <= 1
