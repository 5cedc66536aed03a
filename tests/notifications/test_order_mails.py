"""What buyers get, word for word, in both languages, and what they do not get."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils.timezone import now

from apps.notifications.links import order_url
from apps.notifications.models import Mail, MailState
from apps.notifications.services.remind import remind
from apps.notifications.services.resend import PAUSE, TooSoon, resend_tickets
from apps.orders.models import Order
from apps.orders.services.correct_email import correct_email
from apps.orders.services.expire import expire_due
from apps.orders.services.refund import refund_order
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from apps.seating.models import Venue
from tests.buying import Buyer, Shop, order_of, tickets_of
from tests.outbox_pump import deliver_all, undelivered

STARTS = datetime(2027, 3, 20, 19, 0, tzinfo=UTC)
ADA = "ada@example.org"


@pytest.fixture(autouse=True)
def evening(shop: Shop) -> None:
    event = shop.event
    event.doors_at = STARTS - timedelta(hours=1)
    event.starts_at, event.ends_at = STARTS, STARTS + timedelta(hours=3)
    event.slug = "zwoelf-celli"
    event.save()
    Venue.objects.filter(pk=event.venue_id).update(postcode="20457")


def buys(ada: Buyer, language: str = "en", heads: int = 2) -> Order:
    payment = ada.on_the_way_to_pay(Kind.PAYPAL, heads)
    Order.objects.update(language=language)
    ada.pays(payment)
    return ada.comes_back(payment)


def sent(*, at: datetime | None = None) -> list[EmailMultiAlternatives]:
    """Everything that went out, oldest first; nothing is left undelivered."""
    deliver_all(at=at or now())
    assert undelivered() == []
    return [m for m in outbox.outbox if isinstance(m, EmailMultiAlternatives)]


ENGLISH = """\
Your tickets are here.

2 tickets for Zwölf Celli im Trockendock by Ensemble Lichtbogen.

------------------------

Saturday, 20 March 2027

Doors 19:00, start 20:00
Trockendock
Norderwerft 1, 20457 Hamburg

Open the tickets:
{url}

They are attached as a PDF too. Each code admits once: keep it to yourself, whoever shows it first is let in.

Parkett
Ada Byron · {first}

Parkett
Ada Byron · {second}

------------------------

2 × Parkett: €76.00
  service fee included: €3.80
  7 % VAT included: €4.97
Total: €76.00

Order {reference}. Questions? Just reply, it goes straight to Ensemble Lichtbogen.
"""

GERMAN = """\
Deine Tickets sind da.

2 Tickets für Zwölf Celli im Trockendock von Ensemble Lichtbogen.

------------------------

Samstag, 20. März 2027

Einlass 19:00, Beginn 20:00
Trockendock
Norderwerft 1, 20457 Hamburg

Tickets öffnen:
{url}

Sie hängen auch als PDF an dieser Mail. Jeder Code gilt einmal: \
Behalte ihn für dich, denn wer ihn zuerst zeigt, kommt hinein.

Parkett
Ada Byron · {first}

Parkett
Ada Byron · {second}

------------------------

2 × Parkett: 76,00\xa0€
  darin Servicegebühr: 3,80\xa0€
  darin 7 % MwSt.: 4,97\xa0€
Gesamt: 76,00\xa0€

Bestellung {reference}. Fragen? Antworte einfach, das landet direkt bei Ensemble Lichtbogen.
"""


def filled(text: str, order: Order) -> str:
    first, second = (ticket.spoken_reference for ticket in tickets_of(order))
    return text.format(url=order_url(order), first=first, second=second, reference=order.reference)


class TestConfirmation:
    def test_in_english(self, ada: Buyer) -> None:
        order = buys(ada)
        [message] = sent()
        assert message.subject == "Your tickets for Zwölf Celli im Trockendock"
        assert message.body == filled(ENGLISH, order)
        assert (message.to, message.reply_to) == ([ADA], ["hello@lichtbogen.example"])
        assert message.from_email == "Ensemble Lichtbogen <tickets@localhost>"

    @pytest.mark.usefixtures("in_german")
    def test_in_german(self, ada: Buyer) -> None:
        order = buys(ada, "de")
        [message] = sent()
        assert message.subject == "Deine Tickets für Zwölf Celli im Trockendock"
        assert message.body == filled(GERMAN, order)

    def test_the_tickets_hang_on_it_as_one_pdf(self, ada: Buyer) -> None:
        order = buys(ada)
        [message] = sent()
        [(name, content, kind)] = message.attachments
        assert (name, kind) == (f"zwoelf-celli-{order.reference}.pdf", "application/pdf")
        assert isinstance(content, bytes)
        assert content.startswith(b"%PDF-")
        assert content.count(b"/Type /Page\n") == 2

    def test_the_html_says_the_same_and_its_pictures_and_link_open(
        self, ada: Buyer, client: Client
    ) -> None:
        order = buys(ada)
        [message] = sent()
        html = str(message.alternatives[0][0])
        assert '<html lang="en">' in html
        assert "background:#ff4d1a;color:#000000" in html
        assert "<table" not in html
        assert "€76.00" in html
        assert order_url(order) in html
        images = [part.split('"')[0] for part in html.split('<img src="')[1:]]
        assert len(images) == 2
        for image in images:
            png = client.get(image.removeprefix("http://testserver"))
            assert png.headers["Content-Type"] == "image/png"
            assert png.content.startswith(b"\x89PNG")
        opened = client.get(order_url(order).removeprefix("http://testserver"))
        assert opened.status_code == 302

    def test_what_people_typed_is_text_and_not_markup(self, ada: Buyer, shop: Shop) -> None:
        shop.event.title = "Rock & <b>Roll</b>\nnight"
        shop.event.save()
        buys(ada)
        [message] = sent()
        assert message.subject == "Your tickets for Rock & <b>Roll</b> night"
        html = str(message.alternatives[0][0])
        assert "<b>Roll" not in html
        assert "Rock &amp; &lt;b&gt;Roll" in html

    def test_a_dead_provider_changes_nothing_about_the_sale(
        self, ada: Buyer, settings: Any
    ) -> None:
        settings.EMAIL_BACKEND = "tests.notifications.conftest.DeadProvider"
        order = buys(ada)
        deliver_all(at=now())
        order.refresh_from_db()
        assert (order.state, len(tickets_of(order))) == ("paid", 2)
        assert Mail.objects.get().state == MailState.QUEUED
        assert [line.split(":")[0] for line in undelivered()] == [
            "apps.notifications.subscribers.send_mail"
        ]


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
