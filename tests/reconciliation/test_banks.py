"""What buyers' banks want: a dispute that waits for its answer, a warning before there is one."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils.timezone import now

from apps.box_office.services.open_till import open_till
from apps.box_office.services.sell import InHand, finish_sale
from apps.box_office.services.upgrade import begin
from apps.core.models import StateChange
from apps.core.money import Money
from apps.orders.models import Unit
from apps.orders.reasons import in_words
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Amount, refund
from apps.orders.services.return_tickets import return_tickets
from apps.payments.gateways.base import Kind as Provider
from apps.payments.gateways.disputes import Evidence
from apps.payments.gateways.offline import Method
from apps.payments.models import Dispute, DisputeAnswer, Refund
from apps.payments.services.answer_dispute import send_evidence
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.models import BalanceLine
from apps.reconciliation.services.look import look_lightly
from apps.reconciliation.words import story
from apps.tickets.models import Ticket
from apps.trail.models import MoneyAct
from tests.disputing import FEE, Bank
from tests.factories.differing import DAY, Desk
from tests.factories.door import make_device
from tests.factories.selling import make_quota, make_variant

pytestmark = pytest.mark.django_db
EVIDENCE = Evidence(
    "Both came, see the scans.", "Two tickets", "Ada", "ada@example.org", "", "", ""
)
BOTH = pytest.mark.parametrize("provider", [Provider.STRIPE, Provider.PAYPAL])


def bank_of(desk: Desk, provider: Provider = Provider.STRIPE) -> Bank:
    """Of a buyer who has paid for two tickets."""
    _order, payment = desk.sells(provider)
    return Bank(desk.shop, payment, told=len(desk.sandbox.notices()))


def words_of(desk: Desk) -> str:
    return story(desk.case())


@BOTH
def test_a_dispute_waits_for_evidence_until_it_is_sent(desk: Desk, provider: Provider) -> None:
    bank = bank_of(desk, provider)
    bank("dispute")
    look_lightly(at=desk.at)
    assert desk.open_cases() == [(Kind.DISPUTE_UNANSWERED, 7600)]
    assert (desk.case().story["told"], desk.case().fix) == ("disputed", Fix.ACCEPT_LOSS)

    assert bank.dispute.due_at
    look_lightly(at=bank.dispute.due_at - timedelta(days=2))
    assert desk.case().story["told"] == "due_soon"
    assert "there is little time" in words_of(desk)

    send_evidence(bank.dispute, EVIDENCE, actor="user:1", at=now())
    look_lightly(at=desk.at)
    assert desk.open_cases() == []


@BOTH
def test_a_dispute_is_accepted_with_one_click(desk: Desk, provider: Provider) -> None:
    bank = bank_of(desk, provider)
    bank("dispute")
    look_lightly(at=desk.at)
    case = desk.accepts()
    bank.webhooks_come()
    assert (case.state, case.closed_by) == ("closed", "user:7")
    assert DisputeAnswer.objects.get().kind == "acceptance"
    assert Dispute.objects.get().state == "lost"
    assert not Refund.objects.exists()
    acts = MoneyAct.objects.about(case).values_list("act", "actor")
    assert list(acts) == [("case.accept_loss", "user:7")]
    desk.agrees()
    assert desk.open_cases() == []


@BOTH
def test_what_a_lost_dispute_costs_is_known_from_it(desk: Desk, provider: Provider) -> None:
    """At PayPal its fee is a line of its own, of the kind of which others are about nothing of ours."""
    bank = bank_of(desk, provider)
    bank("dispute")
    bank("lose_dispute")
    fee = bank.dispute.fee_minor
    desk.looks()
    lines = BalanceLine.objects.filter(kind="dispute", payment=bank.payment)
    assert sum(lines.values_list("net_minor", flat=True)) == -7600 - fee
    assert not BalanceLine.objects.filter(kind="fee").exists()
    assert desk.shop.balances()[f"fee:dispute:{provider}"] == fee == FEE[provider]
    assert desk.open_cases() == []
    assert desk.agrees()


def test_a_question_at_paypal_is_talked_over_and_closes_itself(desk: Desk) -> None:
    bank = bank_of(desk, Provider.PAYPAL)
    bank("inquire")
    look_lightly(at=desk.at)
    assert (desk.case().story["told"], desk.case().fix) == ("asked", "")
    bank("withdraw_dispute")
    look_lightly(at=desk.at)
    assert desk.open_cases() == []


def test_an_answer_that_the_provider_did_not_take_waits_for_a_person(desk: Desk) -> None:
    bank = bank_of(desk)
    bank("dispute")
    send_evidence(bank.dispute, EVIDENCE, actor="user:1", at=now())
    DisputeAnswer.objects.update(refused="evidence_too_large")
    look_lightly(at=desk.at)
    assert (desk.case().story["told"], desk.case().fix) == ("refused", "")
    assert "did not take our answer" in words_of(desk)


@BOTH
def test_a_dispute_nobody_told_us_of_is_asked_for(desk: Desk, provider: Provider) -> None:
    """All its webhooks were lost; the statement has what it took."""
    bank = bank_of(desk, provider)
    desk.adds_funds(provider)
    bank.does("dispute")
    desk.looks()
    assert (Kind.UNKNOWN_MONEY, desk.case().fix) == (desk.case().kind, Fix.ASK)

    assert desk.accepts().state == "closed"
    dispute = Dispute.objects.get()
    assert (dispute.withdrawn_minor, dispute.reserved_minor) == (7600, 7600)
    assert f"suspense:{provider}" not in desk.shop.balances()
    for _ in range(2):
        desk.looks(DAY)
        assert desk.open_cases() == [(Kind.DISPUTE_UNANSWERED, 7600)]  # and nothing else


def test_a_fraud_warning_gives_the_order_back(desk: Desk) -> None:
    bank = bank_of(desk)
    bank("warn_of_fraud")
    look_lightly(at=desk.at)
    assert desk.open_cases() == [(Kind.FRAUD_WARNING, 7600)]
    assert desk.case().fix == Fix.REFUND

    case = desk.accepts()
    assert (case.state, Refund.objects.get().amount_minor) == ("closed", 7600)
    assert {ticket.state for ticket in Ticket.objects.all()} == {"refunded"}
    bank.webhooks_come()
    look_lightly(at=desk.at)
    assert desk.open_cases() == []
    assert not Dispute.objects.exists()
    assert desk.agrees()


def test_a_fraud_warning_takes_what_an_earlier_refund_had_left(desk: Desk) -> None:
    bank = bank_of(desk)
    refund(bank.order, Amount(Money(600, "EUR")), Giving("user:1", "late"), at=now())
    desk.works()
    bank("warn_of_fraud")
    look_lightly(at=desk.at)
    assert desk.open_cases() == [(Kind.FRAUD_WARNING, 7000)]
    assert desk.accepts().state == "closed"
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [600, 7000]
    assert desk.agrees()


def test_a_fraud_warning_takes_what_was_kept_of_a_ticket_given_back(desk: Desk) -> None:
    """One ticket still admits, and half of the other's price was kept by the refund policy."""
    bank = bank_of(desk)
    bank.order.lines.update(refund_until=now() + DAY, refund_percent=50)
    unit = Unit.objects.earliest("pk")
    return_tickets(bank.order, {unit.pk}, key="1", went_in=lambda _: frozenset(), at=now())
    desk.works()
    bank("warn_of_fraud")
    look_lightly(at=desk.at)
    assert desk.open_cases() == [(Kind.FRAUD_WARNING, 5700)]
    assert desk.accepts().state == "closed"
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [1900, 1900, 3800]
    assert {ticket.state for ticket in Ticket.objects.all()} == {"refunded"}
    assert desk.agrees()


def test_a_fraud_warning_takes_the_price_of_what_became_a_better_ticket(desk: Desk) -> None:
    """The difference was paid at the counter: the organizer has that, and decides about the ticket."""
    bank = bank_of(desk)
    event = desk.shop.event
    loge = make_variant(event, "Loge", price_minor=5800)
    make_quota(event, 1, loge, name="Boxes")
    device, _key = make_device(event)
    till = open_till(device, Money(0, "EUR"), cashier="Bela", key=uuid4(), at=now())
    ticket = Ticket.objects.earliest("pk")
    better = begin(till, ticket, loge, sale=uuid4(), language="en", at=now())
    finish_sale(till, better, InHand(Method.CASH), at=now())
    bank("warn_of_fraud")
    look_lightly(at=desk.at)
    assert desk.open_cases() == [(Kind.FRAUD_WARNING, 7600)]

    assert desk.accepts().state == "closed"
    assert [refund.amount_minor for refund in Refund.objects.all()] == [7600]
    states = dict(Ticket.objects.values_list("variant__name", "state").exclude(pk=ticket.pk))
    assert states == {"Parkett": "refunded", "Loge": "blocked"}
    blocked = StateChange.objects.filter(target="blocked").values_list("reason", flat=True)
    assert [in_words(reason) for reason in blocked] == ["what it was first paid with went back"]
    assert desk.agrees()


def test_a_fraud_warning_that_became_a_dispute_is_one_case(desk: Desk) -> None:
    bank = bank_of(desk)
    bank("warn_of_fraud")
    look_lightly(at=desk.at)
    warned = desk.case()
    bank("dispute")
    assert desk.accepts().state == "open"  # clicked too late: the bank decides
    assert [act.deed for act in warned.acts.order_by("pk")] == ["accepted", "failed"]
    assert not Refund.objects.exists()
    look_lightly(at=desk.at + DAY)
    assert desk.open_cases() == [(Kind.DISPUTE_UNANSWERED, 7600)]
