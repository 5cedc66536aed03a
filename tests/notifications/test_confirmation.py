"""The mail with the tickets, word for word, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.notifications.links import order_url
from apps.notifications.models import Mail, MailState
from apps.orders.models import Order
from tests.buying import Buyer, Shop, tickets_of
from tests.notifications.evening import ADA, buys, sent, set_evening
from tests.outbox_pump import deliver_all, undelivered


@pytest.fixture(autouse=True)
def evening(shop: Shop) -> None:
    set_evening(shop)


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

    @pytest.mark.usefixtures("in_german")
    def test_a_fee_that_the_buyer_bears_is_named(self, ada: Buyer, shop: Shop) -> None:
        shop.event.buyers_bear_fee = True
        shop.event.save()
        buys(ada, "de")
        [message] = sent()
        sums = str(message.body).replace("\xa0", " ")
        assert (
            "2 × Parkett: 79,80 €\n  darin Servicegebühr: 3,80 €\n  darin 7 % MwSt.: 5,22 €\n"
        ) in sums

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
