"""Disputes at both providers, read and answered as in production, against our sandbox of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from apps.core.money import Money
from apps.payments.gateways import errors
from apps.payments.gateways.base import Ids, Kind, Subject
from apps.payments.gateways.disputes import DisputeView, Evidence
from apps.payments.gateways.registry import DISPUTE_GATEWAYS, GATEWAYS, NOTICE_GATEWAYS
from apps.payments.states import DisputeState
from apps.sandbox.world import iso
from tests.payments.test_contract import Story as Payments
from tests.sandbox_server import SandboxForTests

EVIDENCE = Evidence(
    statement="She was at the concert.",
    product="2 × Parkett, Winterreise",
    buyer_name="Ada Byron",
    buyer_email="ada@example.org",
    service_date="2026-12-01",
    activity="2026-12-01 19:42 scanned at the main gate",
    policy="Terms, version 3",
)
ALL, NOTHING = Money(3998, "EUR"), Money(0, "EUR")
FEES = {Kind.STRIPE: Money(2000, "EUR"), Kind.PAYPAL: Money(1600, "EUR")}


@dataclass
class Story:
    kind: Kind
    sandbox: SandboxForTests
    ids: Ids

    @property
    def charged(self) -> str:
        return self.ids["charge" if self.kind is Kind.STRIPE else "capture"]

    def buyer(self, command: str, **args: object) -> str:
        return str(self.sandbox.do(command, payment=self.charged, **args))

    def seen(self, dispute: str) -> DisputeView:
        return DISPUTE_GATEWAYS[self.kind].fetch_dispute(dispute)


@pytest.fixture(params=[Kind.STRIPE, Kind.PAYPAL])
def story(request: pytest.FixtureRequest, sandbox: SandboxForTests, no_pauses: None) -> Story:
    paid = Payments(request.param, sandbox).paid()
    return Story(request.param, sandbox, paid.ids)


def moved(seen: DisputeView) -> tuple[Money, Money, Money]:
    return seen.withdrawn, seen.reinstated, seen.fee


def test_a_dispute_takes_the_money_at_once(story: Story) -> None:
    seen = story.seen(story.buyer("dispute"))
    assert (seen.state, seen.amount, seen.refundable) == (DisputeState.OPEN, ALL, False)
    fee = FEES[story.kind] if story.kind is Kind.STRIPE else NOTHING
    assert moved(seen) == (ALL, NOTHING, fee)
    assert seen.ids.items() <= story.ids.items()
    assert seen.reference is not None
    assert seen.due_at is not None
    assert timedelta(days=7) < seen.due_at - datetime.now(tz=UTC) < timedelta(days=14)


def test_an_inquiry_moves_nothing_until_it_becomes_a_dispute(story: Story) -> None:
    dispute = story.buyer("inquire")
    asked = story.seen(dispute)
    assert (asked.state, asked.refundable) == (DisputeState.INQUIRY, True)
    assert moved(asked) == (NOTHING, NOTHING, NOTHING)

    story.sandbox.do("escalate_dispute", dispute=dispute)

    taken = story.seen(dispute)
    assert (taken.state, taken.withdrawn, taken.refundable) == (DisputeState.OPEN, ALL, False)


def test_what_is_won_comes_back(story: Story) -> None:
    dispute = story.buyer("dispute")
    story.sandbox.do("win_dispute", dispute=dispute)
    seen = story.seen(dispute)
    assert (seen.state, seen.withdrawn, seen.reinstated) == (DisputeState.WON, ALL, ALL)


def test_what_is_lost_does_not(story: Story) -> None:
    dispute = story.buyer("dispute", amount=1000)
    story.sandbox.do("lose_dispute", dispute=dispute)
    seen = story.seen(dispute)
    assert seen.state is DisputeState.LOST
    assert moved(seen) == (Money(1000, "EUR"), NOTHING, FEES[story.kind])


def test_an_inquiry_that_comes_to_nothing(story: Story) -> None:
    dispute = story.buyer("inquire")
    story.sandbox.do("withdraw_dispute", dispute=dispute)
    assert story.seen(dispute).state is DisputeState.WITHDRAWN


def test_all_disputes_over_a_payment_are_listed(story: Story) -> None:
    gateway = DISPUTE_GATEWAYS[story.kind]
    assert gateway.list_disputes(story.ids) == []
    both = {story.buyer("dispute", amount=1000), story.buyer("dispute", how="inquiry", amount=500)}
    assert {seen.id for seen in gateway.list_disputes(story.ids)} == both


def test_evidence_is_taken_once(story: Story) -> None:
    gateway, dispute = DISPUTE_GATEWAYS[story.kind], story.buyer("dispute")
    request = gateway.prepare_evidence(EVIDENCE)
    gateway.submit_evidence(dispute, request, key="answer-1")
    assert story.seen(dispute).state is DisputeState.UNDER_REVIEW
    with pytest.raises(errors.GatewayError) as refused:
        gateway.submit_evidence(dispute, request, key="answer-2")
    assert isinstance(refused.value, (errors.Invalid, errors.Declined))


def test_a_dispute_can_be_accepted(story: Story) -> None:
    gateway, dispute = DISPUTE_GATEWAYS[story.kind], story.buyer("dispute")
    gateway.accept_dispute(dispute, key="answer-1")
    assert story.seen(dispute).state is DisputeState.LOST


def test_evidence_fits_what_the_provider_takes(story: Story) -> None:
    gateway, dispute = DISPUTE_GATEWAYS[story.kind], story.buyer("dispute")
    long = Evidence("w" * 30_000, "", "", "", "", "a" * 30_000, "")
    gateway.submit_evidence(dispute, gateway.prepare_evidence(long), key="answer-1")
    assert story.seen(dispute).state is DisputeState.UNDER_REVIEW


def test_a_disputed_payment_is_not_refunded(story: Story) -> None:
    story.buyer("dispute", amount=1000)
    with pytest.raises(errors.Declined):
        GATEWAYS[story.kind].refund(story.ids, key="r", amount=ALL, reason="", reference="r")


def test_notices_of_disputes_name_the_payment(story: Story) -> None:
    dispute = story.buyer("dispute")
    events = [
        e
        for _, e in story.sandbox.notices()
        if "dispute" in str(e.get("type", e.get("event_type"))).lower()
    ]
    assert events
    for event in events:
        headers, body = story.sandbox.packed(story.kind, event)
        known = {name.lower(): value for name, value in headers.items()}
        notice = NOTICE_GATEWAYS[story.kind].verify(
            known, body, endpoint="platform", at=datetime.now(tz=UTC)
        )
        assert notice.subject is Subject.DISPUTE
        assert notice.ids["dispute"] == dispute
        assert story.charged in notice.ids.values()


def test_paypal_tells_of_a_payment_that_the_bank_reversed(
    sandbox: SandboxForTests, no_pauses: None
) -> None:
    ids = Payments(Kind.PAYPAL, sandbox).paid().ids
    reversal = sandbox.do("reverse", payment=ids["capture"])
    gateway = DISPUTE_GATEWAYS[Kind.PAYPAL]
    assert gateway.list_disputes(ids) == []
    (seen,) = gateway.list_disputes({**ids, "refund": reversal})
    assert (seen.id, seen.state, seen.withdrawn) == (reversal, DisputeState.LOST, ALL)
    assert GATEWAYS[Kind.PAYPAL].list_refunds(ids) == []


def test_what_a_case_had_when_the_bank_took_it_is_no_second_loss(
    sandbox: SandboxForTests, no_pauses: None
) -> None:
    """Also when its money came back later, and the news of its end is the last we hear."""
    ids = Payments(Kind.PAYPAL, sandbox).paid().ids
    case = sandbox.do("dispute", payment=ids["capture"])
    sandbox.do("lose_dispute", dispute=case)
    store = sandbox.world.store
    (reversal,) = store.oldest("paypal_reversal")
    lost = store.need("paypal_dispute", case)
    (held, _fee) = lost["money_movements"]
    back = held | {"type": "CREDIT", "initiated_time": iso(sandbox.world.now() + 60)}
    lost["money_movements"].append(back)
    store.put("paypal_dispute", case, lost)

    seen = DISPUTE_GATEWAYS[Kind.PAYPAL].list_disputes({**ids, "refund": reversal["id"]})
    assert [(view.id, view.withdrawn, view.reinstated) for view in seen] == [(case, ALL, ALL)]


def test_stripe_warns_of_fraud_until_the_payment_is_refunded(
    sandbox: SandboxForTests, no_pauses: None
) -> None:
    ids = Payments(Kind.STRIPE, sandbox).paid().ids
    key = sandbox.do("warn_of_fraud", payment=ids["charge"])
    gateway = DISPUTE_GATEWAYS[Kind.STRIPE]
    warned = gateway.fetch_warning(key)
    assert (warned.actionable, warned.ids["charge"]) == (True, ids["charge"])

    GATEWAYS[Kind.STRIPE].refund(ids, key="r", amount=ALL, reason="", reference="r")

    assert not gateway.fetch_warning(key).actionable
