"""From the bank's webhook to the door and back: what an organizer sees, answers and is told."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils.timezone import now
from pypdf import PdfReader

from apps.accounts.models import Organizer
from apps.accounts.roles import Role
from apps.checkin.services.scan import scan
from apps.console.selectors.money import books_of, books_of_event
from apps.notifications.models import Mail
from apps.orders.models import Unit
from apps.payments.gateways.base import Kind
from apps.payments.models import DisputeAnswer, ProviderNotice
from apps.payments.services.answer_dispute import NotAnswerable, accept
from apps.payments.services.remind_disputes import remind_disputes
from apps.tickets.models import Ticket, TicketView
from apps.trail.models import MoneyAct
from tests.buying import Shop, eur, open_shop, tickets_of
from tests.disputing import Bank, all_is_well, paid, states
from tests.factories.door import make_attempt, make_gate, signed_in
from tests.factories.selling import make_member, make_user
from tests.outbox_pump import deliver_all
from tests.sandbox_server import SandboxForTests

pytestmark = pytest.mark.django_db
both = pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])


@pytest.fixture
def shop(sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


@pytest.fixture
def desk(shop: Shop) -> Client:
    return signed_in(make_member(shop.organizer, Role.OWNER, email="lena@lichtbogen.example"))


def page(bank: Bank, tail: str = "overview") -> str:
    return f"/console/payments/dispute/{bank.dispute.pk}/{tail}/"


def shown(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def verdict(ticket: Ticket) -> str:
    """At the door, now."""
    attempt = make_attempt(ticket, scan_id=uuid.uuid4(), scanned_at=now())
    return scan(attempt, at=now()).verdict


def mails() -> list[str]:
    told = Mail.objects.filter(to="lena@lichtbogen.example")
    return list(told.order_by("pk").values_list("kind", flat=True))


@both
def test_a_ticket_is_refused_while_disputed_and_admitted_when_it_is_won(
    shop: Shop, desk: Client, provider: Kind
) -> None:
    bank = paid(shop, provider)
    first, second = tickets_of(bank.order)
    assert verdict(first) == "admitted"
    bank("dispute")
    second = Ticket.objects.select_related("event").get(pk=second.pk)
    assert verdict(second) == "blocked"
    assert mails() == ["dispute_opened"]

    sent = desk.post(page(bank, "evidence"), {"statement": "They were inside.", "sure": "on"})
    assert sent.status_code == 302
    deliver_all(at=now())

    answer = DisputeAnswer.objects.get()
    assert (answer.kind, answer.text, answer.refused) == ("evidence", "They were inside.", "")
    assert answer.sent_at is not None
    assert "admitted" in str(answer.request)
    assert bank.dispute.state == "under_review"
    assert MoneyAct.objects.get(act="dispute.evidence").amount_minor == 7600

    bank("win_dispute")
    second = Ticket.objects.select_related("event").get(pk=second.pk)
    assert verdict(second) == "admitted"
    assert mails() == ["dispute_opened", "dispute_decided"]
    all_is_well(shop)


@both
def test_after_a_loss_the_organizer_puts_the_places_back_on_sale(
    shop: Shop, desk: Client, provider: Kind
) -> None:
    bank = paid(shop, provider)
    bank("dispute")
    assert "Put the places back" not in shown(desk, page(bank))

    desk.post(page(bank, "acceptance"), {"sure": "on"})
    deliver_all(at=now())

    assert bank.dispute.state == "lost"
    assert states(bank) == ["blocked", "blocked"]
    assert "Put the places back" in shown(desk, page(bank))
    desk.post(page(bank, "places"))
    assert states(bank) == ["refunded", "refunded"]
    assert not Unit.objects.filter(ended_at=None).exists()
    assert "Put the places back" not in shown(desk, page(bank))
    all_is_well(shop)


def test_the_organizers_sums_know_what_is_kept_and_what_is_lost(shop: Shop, desk: Client) -> None:
    bank = paid(shop, Kind.PAYPAL)
    paid(shop, Kind.PAYPAL, heads=1)
    bank("dispute")
    (books,) = books_of([shop.organizer.pk])
    assert (books.owed, books.kept, books.lost) == (eur(10830), eur(7600), eur(0))
    assert "€76.00 of it is kept while disputes run." in shown(desk, "/console/")
    bank("lose_dispute")
    (books,) = books_of([shop.organizer.pk])
    assert (books.owed, books.kept, books.lost) == (eur(3610), eur(0), eur(7600))
    assert books.fees == eur(190)
    assert books_of_event(shop.event) == [books]


def test_it_is_answered_once(shop: Shop, desk: Client) -> None:
    bank = paid(shop, Kind.STRIPE)
    bank("dispute")
    for _ in range(2):
        desk.post(page(bank, "evidence"), {"statement": "Yes.", "sure": "on"})
    with pytest.raises(NotAnswerable):
        accept(bank.dispute, actor="user:1", at=now())
    assert DisputeAnswer.objects.get().kind == "evidence"


def test_evidence_without_words_is_not_sent(shop: Shop, desk: Client) -> None:
    bank = paid(shop, Kind.STRIPE)
    bank("dispute")
    asked = desk.post(page(bank, "evidence"), {"statement": "", "sure": "on"})
    assert asked.status_code == 200
    assert not DisputeAnswer.objects.exists()


def test_a_provider_that_takes_no_answer_is_in_sight(shop: Shop, desk: Client) -> None:
    bank = paid(shop, Kind.STRIPE)
    bank("dispute")
    bank.does("win_dispute")  # and we have not heard of it
    desk.post(page(bank, "evidence"), {"statement": "Yes.", "sure": "on"})
    deliver_all(at=now())
    assert DisputeAnswer.objects.get().refused == "dispute_closed"
    assert "did not take the answer" in shown(desk, page(bank))
    assert bank.dispute.state == "won"


@both
def test_who_sent_what_was_not_taken_is_told_and_still_reminded(
    shop: Shop, desk: Client, provider: Kind
) -> None:
    bank = paid(shop, provider)
    bank("dispute")
    operation = {
        Kind.STRIPE: "stripe.disputes.update",
        Kind.PAYPAL: "paypal.disputes.provide_evidence",
    }
    shop.sandbox.do(
        "add_fault", operation=operation[provider], kind="refuse_before", code="TOO_LONG", times=1
    )
    for _ in range(2):
        desk.post(page(bank, "evidence"), {"statement": "Yes.", "sure": "on"})
        deliver_all(at=now())
    assert (DisputeAnswer.objects.get().refused, bank.dispute.state) == ("TOO_LONG", "open")
    assert mails() == ["dispute_opened", "dispute_refused"]

    due = bank.dispute.due_at
    assert due is not None
    assert remind_disputes(at=due - timedelta(hours=23)) == 1
    deliver_all(at=due - timedelta(hours=23))
    sent = Mail.objects.filter(kind__in=["dispute_refused", "dispute_due"], state="sent")
    assert ["cannot be sent again" in mail.text for mail in sent] == [True, True]


def test_the_evidence_is_what_is_on_record(shop: Shop, desk: Client, client: Client) -> None:
    Organizer.objects.update(terms="One ticket, one person.")
    bank = paid(shop, Kind.STRIPE)
    ticket = tickets_of(bank.order)[0]
    gate = make_gate(shop.event, "Nordtor")
    scan(make_attempt(ticket, gate=gate, scanned_at=now()), at=now())
    TicketView.objects.create(ticket=ticket, what="page", day=now().date(), seen_at=now())
    bank("dispute")

    answer = desk.get(page(bank, "json"))
    pack = json.loads(answer.content)

    assert answer.headers["Content-Disposition"].endswith('.json"')
    assert pack["dispute"]["amount"] == "76.00 EUR"
    assert (pack["order"]["buyer_email"], pack["order"]["total"]) == (
        "ada@example.org",
        "76.00 EUR",
    )
    assert pack["order"]["lines"][0]["quantity"] == 2
    assert pack["terms"]["accepted_at"] != ""
    assert pack["terms"]["terms"] == "One ticket, one person."
    [line] = pack["order"]["lines"]
    assert line["refund_policy"] == "Cannot be given back."
    assert [mail["kind"] for mail in pack["mails"]] == ["order_confirmed"]
    mine = next(t for t in pack["tickets"] if t["reference"] == ticket.reference)
    assert [entry["gate"] for entry in mine["entries"]] == ["Nordtor"]
    assert [view["what"] for view in mine["looked_at"]] == ["page"]
    assert bank.order.address_hash
    assert bank.order.address_hash not in answer.content.decode()

    paper = desk.get(page(bank, "pdf"))
    assert paper.headers["Content-Type"] == "application/pdf"
    told = "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(paper.content)).pages)
    for fact in ("Cannot be given back.", "accepted the terms", "admitted at Nordtor", "opened as"):
        assert fact in told
    assert 'mail "Order with its tickets" to ada@example.org' in told


@both
def test_a_question_is_not_called_a_dispute(shop: Shop, desk: Client, provider: Kind) -> None:
    bank = paid(shop, provider)
    bank("inquire")
    asked = Mail.objects.get(kind="dispute_opened")
    assert asked.subject == f"A bank asks about order {bank.order.reference}"
    assert bank.dispute.due_at is not None
    until = bank.dispute.due_at.astimezone(shop.event.zone)
    assert f"until {until.day} {until:%B %Y, %H:%M}." in asked.text
    bank("escalate_dispute")
    [_asked, told] = Mail.objects.filter(kind="dispute_opened").order_by("pk")
    assert told.subject == f"Dispute over order {bank.order.reference}"


def test_reminders_come_three_days_and_one_day_before_until_it_is_answered(
    shop: Shop, desk: Client
) -> None:
    bank = paid(shop, Kind.STRIPE)
    bank("dispute")
    due = bank.dispute.due_at
    assert due is not None
    told = [remind_disputes(at=due - timedelta(hours=h)) for h in (80, 71, 70, 23, 22)]
    assert told == [0, 1, 0, 1, 0]
    deliver_all(at=due)
    assert mails() == ["dispute_opened", "dispute_due", "dispute_due"]

    desk.post(page(bank, "evidence"), {"statement": "Yes.", "sure": "on"})
    assert remind_disputes(at=due - timedelta(minutes=1)) == 0


def test_the_order_and_the_first_page_show_it(shop: Shop, desk: Client) -> None:
    bank = paid(shop, Kind.STRIPE)
    assert "dispute waits" not in shown(desk, "/console/")
    bank("dispute")
    assert "One dispute waits for your answer." in shown(desk, "/console/")
    order_page = shown(desk, f"/console/orders/order/{bank.order.pk}/overview/")
    assert "€76.00 of it is disputed." in order_page
    assert page(bank) in order_page
    refused = desk.post(
        f"/console/orders/order/{bank.order.pk}/refund/",
        {"reason": "x", "sure": "on"},
        follow=True,
    )
    assert "bank decides about this payment" in refused.content.decode()
    assert states(bank) == ["blocked", "blocked"]


def test_operators_hear_of_fraud_before_it_is_a_dispute(shop: Shop) -> None:
    operator = make_user(is_staff=True, email="ops@parterre.example")
    bank = paid(shop, Kind.STRIPE)
    bank("warn_of_fraud")
    notice = ProviderNotice.objects.get(type="radar.early_fraud_warning.created")
    assert notice.state == "processed"
    assert Mail.objects.filter(kind="fraud_warning", to=operator.email).count() == 1
    desk = signed_in(operator)
    assert bank.order.reference in shown(desk, "/platform/payments/fraudwarning/")
    order_page = shown(desk, f"/platform/orders/order/{bank.order.pk}/overview/")
    assert "takes this payment for fraud" in order_page
    assert "Refund now" in order_page
