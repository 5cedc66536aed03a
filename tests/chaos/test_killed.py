"""kill -9 of worker, relay and web at marked lines, and on they go. See marked.py."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from django.utils.timezone import now

from apps.audit.registry import all_checks
from apps.audit.run import look
from apps.demo.journey.browser import Browser
from apps.orders.models import Order, OrderPayment
from apps.orders.services.refund import refund_order
from apps.outbox.models import Delivery, DeliveryState, Message
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.payments.services.chase import poll_payments
from apps.tickets.models import Ticket
from tests.buying import Buyer, Shop, order_of
from tests.chaos.conftest import Machine, leases_lapse, wait_for
from tests.outbox_pump import deliver_all
from tests.visiting import DETAILS

pytestmark = [pytest.mark.long, pytest.mark.race, pytest.mark.django_db(transaction=True)]

SETTLE = "apps.orders.services.settle"
# From asking the provider to the note that it is done: the process dies at each of them in turn.
WORKER_MARKS = (
    f"before:{SETTLE}:capture",
    f"after:{SETTLE}:capture",  # the money is taken, and nobody wrote it down
    f"before:{SETTLE}:confirm",
    f"after:{SETTLE}:confirm",  # all is written, nothing committed
    "before:apps.outbox.deliver:_done",  # all is committed, but not that it was done
)
REFUND_MARKS = (
    "before:apps.payments.services.submit_refund:_send",
    "after:apps.payments.services.submit_refund:_send",
    "after:apps.payments.services.submit_refund:apply_refund",
)
WEB_MARKS = (
    "before:apps.orders.services.start_payment:launch",
    "after:apps.payments.services.launch:_start",  # the provider has a page, we do not know it
    "after:apps.orders.views.checkout:start_payment",
)
LEASED = "after:apps.outbox.management.commands.relay_outbox:lease_due"
INSERTED = "after:apps.payments.webhooks.inbox:_insert"
RETURN_MARKS = (f"after:{SETTLE}:fetch", f"after:{SETTLE}:confirm", f"after:{SETTLE}:conclude")


def sound(shop: Shop) -> None:
    assert [row for finding in look(all_checks()) for row in finding.rows] == []
    waiting = ("unapplied", "refunds_in_transit")
    assert [code for code in shop.balances() if code.startswith(waiting)] == []


def is_sold_once(shop: Shop) -> None:
    assert (Order.objects.get().state, Ticket.objects.count()) == ("paid", 2)
    assert OrderPayment.objects.filter(applied=True).count() == 1
    assert Message.objects.filter(topic="order.confirmed").count() == 1
    assert shop.balances()["fee:platform"] == -380
    sound(shop)


def all_done() -> bool:
    return not Delivery.objects.exclude(state=DeliveryState.DONE).exists()


def calls(shop: Shop, method: str, part: str) -> int:
    asked = shop.sandbox.exchanges
    return sum(1 for request, _ in asked if request.method == method and part in request.path)


def test_a_worker_killed_at_every_line_of_a_sale(shop: Shop, machine: Machine) -> None:
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(Kind.PAYPAL)
    buyer.pays(payment)
    Payment.objects.update(next_poll_at=now())
    poll_payments(at=now())
    machine.start("relay")
    machine.start("worker", *WORKER_MARKS)
    for mark in WORKER_MARKS:
        machine.wait_until_killed("worker", mark)
        leases_lapse()
    wait_for("all is done", all_done)
    is_sold_once(shop)
    assert calls(shop, "POST", "/capture") == 1


def test_a_worker_killed_at_every_line_of_a_refund(shop: Shop, machine: Machine) -> None:
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(Kind.STRIPE)
    buyer.pays(payment)
    refund_order(buyer.comes_back(payment), actor="user:1", reason="ill", at=now())
    machine.start("relay")
    machine.start("worker", *REFUND_MARKS)
    for mark in REFUND_MARKS:
        machine.wait_until_killed("worker", mark)
        leases_lapse()
    wait_for("all is done", all_done)
    assert (Refund.objects.get().state, order_of(payment).state) == ("succeeded", "paid")
    assert len(shop.sandbox.world.store.newest("refund")) == 1
    assert set(Ticket.objects.values_list("state", flat=True)) == {"refunded"}
    sound(shop)


def test_a_relay_killed_with_leases_in_hand(shop: Shop, machine: Machine) -> None:
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(Kind.STRIPE)
    buyer.pays(payment)
    buyer.comes_back(payment)
    machine.start("worker")
    machine.start("relay", LEASED)
    machine.wait_until_killed("relay", LEASED)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"leased"}
    leases_lapse()
    wait_for("all is done", all_done)
    is_sold_once(shop)


def test_the_web_killed_at_every_line_of_a_purchase(
    shop: Shop, machine: Machine, visitor: Browser
) -> None:
    machine.start("web", *WEB_MARKS, *RETURN_MARKS)
    machine.wait_until_up()
    event = visitor.open(f"/events/{shop.event.slug}/")
    chosen = {f"heads-{shop.parkett.pk}": "2"}
    form = visitor.send(event.form_to("/orders/"), chosen).form_to("/checkout/")
    details = DETAILS | {"provider": "stripe"}
    for mark in WEB_MARKS:
        dies(machine, mark, lambda: visitor.send(form, details))
    paying = visitor.send(form, details)
    payment = Payment.objects.get()
    assert paying.url == payment.redirect_url
    Buyer(shop).pays(payment)

    come_back = f"/orders/{Order.objects.get().reference}/return/"
    for mark in RETURN_MARKS:
        dies(machine, mark, lambda: visitor.open(come_back))
    assert "Paid." in visitor.open(come_back).text
    deliver_all(at=now())
    is_sold_once(shop)
    assert len(shop.sandbox.world.store.newest("checkout.session")) == 1


def dies(machine: Machine, mark: str, ask: Callable[[], object]) -> None:
    """The visitor's connection is cut; a moment later the shop is there again."""
    with pytest.raises(httpx.TransportError):
        ask()
    machine.wait_until_killed("web", mark)
    machine.wait_until_up()


def test_the_web_killed_with_a_webhook_in_hand(shop: Shop, machine: Machine) -> None:
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(Kind.STRIPE)
    machine.start("web", INSERTED)  # stored, not committed, not answered
    machine.wait_until_up()
    shop.sandbox.do("send_webhooks_to", origin=machine.origin)
    buyer.pays(payment)
    machine.wait_until_killed("web", INSERTED)
    assert not Message.objects.filter(topic__startswith="provider.notice").exists()
    machine.wait_until_up()  # from now on it hears of what else happened there
    for _ in range(3):  # providers repeat what was not answered
        shop.sandbox.later(3600)
    wait_for("the webhook is in", Message.objects.filter(topic="provider.notice.attempt").exists)
    deliver_all(at=now())
    is_sold_once(shop)
