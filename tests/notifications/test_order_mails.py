"""What buyers are told later: again, when it goes wrong, when it is nearly time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.notifications.links import order_url
from apps.notifications.models import Mail, MailState
from apps.notifications.services.remind import remind
from apps.notifications.services.resend import PAUSE, TooSoon, resend_tickets
from apps.orders.models import Order
from apps.orders.services.correct_email import correct_email
from apps.orders.services.refund import refund_order
from apps.outbox.publish import publish
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment, Refund
from apps.payments.states import PaymentState
from tests.buying import Buyer, Shop, order_of
from tests.expiring import expire_due
from tests.notifications.evening import ADA, STARTS, buys, sent, set_evening
from tests.outbox_pump import deliver_all


@pytest.fixture(autouse=True)
def evening(shop: Shop) -> None:
    set_evening(shop)


class TestAgain:
    def test_the_tickets_can_be_sent_again_after_a_pause(self, ada: Buyer) -> None:
        order = buys(ada)
        sent()
        with pytest.raises(TooSoon):
            resend_tickets(order, at=now())
        later = now() + PAUSE
        resend_tickets(order, at=later)
        assert [len(message.attachments) for message in sent(at=later)] == [1, 1]

    def test_a_buyer_asks_on_the_order_page(self, ada: Buyer, client: Client) -> None:
        order = buys(ada)
        sent()
        Mail.objects.update(queued_at=now() - PAUSE)
        client.get(order_url(order).removeprefix("http://testserver"))
        client.post(f"/orders/{order.reference}/mail/")
        client.post(f"/orders/{order.reference}/mail/")  # a double click
        assert [message.to for message in sent()] == [[ADA], [ADA]]

    def test_an_order_without_tickets_has_nothing_to_send(self, ada: Buyer) -> None:
        payment = ada.on_the_way_to_pay(Kind.PAYPAL)
        resend_tickets(order_of(payment), at=now())
        assert sent() == []
        assert Mail.objects.get().state == MailState.SKIPPED

    def test_the_lost_link_brings_all_orders_of_the_address(
        self, ada: Buyer, shop: Shop, client: Client
    ) -> None:
        first, second = buys(ada), buys(Buyer(shop))
        sent()
        client.post("/lost-link/", {"email": "Ada@Example.org"})
        client.post("/lost-link/", {"email": ADA})
        message = sent()[2:][0]
        assert message.subject == "Your links to your tickets"
        assert order_url(first) in str(message.body)
        assert order_url(second) in str(message.body)
        assert len(sent()) == 3

    def test_an_unknown_address_gets_nothing(self, client: Client) -> None:
        client.post("/lost-link/", {"email": "nobody@example.org"})
        assert sent() == []

    def test_a_corrected_address_gets_the_tickets_and_the_old_link_is_dead(
        self, ada: Buyer, client: Client
    ) -> None:
        order = buys(ada)
        old = order_url(order).removeprefix("http://testserver")
        sent()
        correct_email(order, "Ada@Right.example", actor="user:1", at=now())
        message = sent()[1]
        assert message.to == ["ada@right.example"]
        assert str(message.body).startswith("Your tickets are here, at the right address.")
        assert len(message.attachments) == 1
        assert client.get(old).status_code == 404
        new = order_url(order).removeprefix("http://testserver")
        assert new != old
        assert client.get(new).status_code == 302


class TestWhenItGoesWrong:
    def test_a_failed_payment_says_how_long_the_places_are_held(self, ada: Buyer) -> None:
        payment = self.fails(ada)
        [message] = sent()
        assert message.subject == "Your payment for Zwölf Celli im Trockendock did not go through"
        order = order_of(payment)
        until = order.pay_by.astimezone(order.event.zone)
        assert f"Your places are still held until {until:%H:%M}." in str(message.body)
        assert order_url(order) in str(message.body)

    def test_a_payment_that_fails_after_its_time_is_told_as_expiry(self, ada: Buyer) -> None:
        self.fails(ada)
        Order.objects.update(pay_by=now() - timedelta(seconds=1))
        expire_due(at=now())
        [message] = sent()
        assert message.subject == "Your order for Zwölf Celli im Trockendock has run out"

    def fails(self, ada: Buyer) -> Payment:
        """A debit that the bank sends back."""
        payment = ada.on_the_way_to_pay(Kind.STRIPE)
        Order.objects.update(language="en")
        ada.pays(payment, "pay_later_in_vain")
        ada.comes_back(payment)
        ada.shop.sandbox.later(timedelta(days=10).total_seconds())
        ada.comes_back(payment)
        return payment

    def test_an_expired_order_is_told_once(self, ada: Buyer) -> None:
        ada.fills_in(ada.chooses())
        Order.objects.update(language="en", pay_by=now() - timedelta(seconds=1))
        expire_due(at=now())
        expire_due(at=now())
        [message] = sent()
        assert message.subject == "Your order for Zwölf Celli im Trockendock has run out"
        assert "http://testserver/events/zwoelf-celli/" in str(message.body)

    def test_who_typed_no_address_is_not_told(self, ada: Buyer) -> None:
        ada.chooses()
        Order.objects.update(pay_by=now() - timedelta(seconds=1))
        expire_due(at=now())
        assert sent() == []

    def test_a_mail_that_is_overtaken_is_not_sent(self, ada: Buyer) -> None:
        ada.fills_in(ada.chooses())
        Order.objects.update(pay_by=now() - timedelta(seconds=1))
        expire_due(at=now())
        Order.objects.update(state="paid")  # late money
        assert sent() == []
        assert Mail.objects.get().state == MailState.SKIPPED

    def test_a_refund_says_how_much(self, ada: Buyer) -> None:
        order = buys(ada)
        sent()
        refund_order(order, actor="user:1", reason="ill", at=now())
        message = sent()[1]
        assert message.subject == "Your money for Zwölf Celli im Trockendock is on its way back"
        assert "€76.00 are on their way to the account you paid with." in str(message.body)
        assert "The tickets of this order are no longer valid." in str(message.body)
        assert message.attachments == []
        assert len(sent()) == 2

    def test_one_that_failed_at_once_is_not_said_to_be_on_its_way(self, ada: Buyer) -> None:
        order = buys(ada)
        sent()
        refund = refund_order(order, actor="user:1", reason="ill", at=now())
        assert refund
        Refund.objects.update(state="failed")
        publish("order.refund_failed", about=order, at=now(), refund=refund.pk)
        _confirmation, message = sent()
        assert message.subject == "Your money for Zwölf Celli im Trockendock could not be sent"
        assert "The tickets of this order are no longer valid." in str(message.body)
        assert Mail.objects.get(kind="order_refunded").state == MailState.SKIPPED


class TestMoneyThatFoundNoOrder:
    SUBJECT = "We are sending you €76.00 back"

    def test_paid_twice(self, ada: Buyer) -> None:
        first = ada.on_the_way_to_pay(Kind.STRIPE)
        Order.objects.update(language="en")
        Payment.objects.update(state=PaymentState.FAILED)  # its page is open in another tab
        second = ada.goes_to(Kind.PAYPAL, order_of(first))
        ada.pays(second)
        ada.comes_back(second)
        ada.pays(first)
        ada.comes_back(Payment.objects.get(pk=first.pk))
        confirmation, surplus = sent()
        assert len(confirmation.attachments) == 1
        assert surplus.subject == self.SUBJECT
        assert "you keep your tickets, and this payment goes back." in str(surplus.body)

    @pytest.mark.parametrize(
        ("replaced", "why"),
        [
            (True, "You have chosen anew since: this payment was for your first choice."),
            (False, "Your payment came when the order had already ended."),
        ],
    )
    def test_the_order_is_over(self, ada: Buyer, shop: Shop, replaced: bool, why: str) -> None:
        payment = ada.on_the_way_to_pay(Kind.STRIPE)
        old = order_of(payment)
        Order.objects.update(language="en", state="expired")
        if replaced:
            Order.objects.filter(pk=old.pk).update(replaced_by=ada.chooses(1))
        else:
            shop.event.state = "cancelled"
            shop.event.save()
        ada.pays(payment)
        ada.comes_back(payment)
        [message] = sent()
        assert message.subject == self.SUBJECT
        assert why in str(message.body)
        assert message.attachments == []


class TestReminding:
    def test_a_day_before_everybody_with_tickets_is_reminded_once(
        self, ada: Buyer, shop: Shop
    ) -> None:
        order, other = buys(ada), buys(Buyer(shop))
        refund_order(other, actor="user:1", reason="", at=now())
        assert remind(at=STARTS - timedelta(hours=25)) == 0
        day_before = STARTS - timedelta(hours=23)
        assert remind(at=day_before) == 2
        assert remind(at=day_before + timedelta(hours=1)) == 0

        deliver_all(at=day_before)
        reminders = Mail.objects.filter(kind="reminder").order_by("about")
        assert list(reminders.values_list("about", "state")) == [
            (f"orders.order:{order.pk}", MailState.SENT),
            (f"orders.order:{other.pk}", MailState.SKIPPED),
        ]
        assert "Doors 19:00, start 20:00" in reminders[0].text

    def test_not_when_it_was_bought_the_day_before(self, ada: Buyer) -> None:
        buys(ada)
        Order.objects.update(paid_at=STARTS - timedelta(hours=20))
        assert remind(at=STARTS - timedelta(hours=19)) == 0

    def test_not_when_it_was_called_off(self, ada: Buyer, shop: Shop) -> None:
        buys(ada)
        shop.event.state = "cancelled"
        shop.event.save()
        assert remind(at=STARTS - timedelta(hours=23)) == 0
