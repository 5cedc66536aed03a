"""Operators decide, agree on money, and set machinery going again."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape

import pytest
from django.db.models import Model
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer, User
from apps.accounts.states import OrganizerState
from apps.console.selectors.money import Books, books_of, books_of_event
from apps.core.models import StateChange
from apps.core.money import Money
from apps.ledger.balances import owed
from apps.notifications.models import Mail, MailState
from apps.outbox.models import Delivery, DeliveryState, Message
from apps.payments.models import ProviderNotice
from apps.payments.services.replay import NothingToDo, replay
from apps.payments.states import NoticeState
from apps.payouts.models import Payout
from apps.payouts.states import PayoutState
from tests.buying import eur
from tests.console.both_worlds import make_everything
from tests.factories.paying_out import sell_released
from tests.factories.selling import make_event, make_organizer, make_payable

pytestmark = pytest.mark.django_db


def act(operator: Client, row: Model, page: str, **typed: str) -> str:
    url = f"/platform/{row._meta.label_lower.replace('.', '/')}/{row.pk}/{page}/"
    return operator.post(url, typed, follow=True).content.decode()


def test_an_applicant_is_approved_suspended_and_approved_again(operator: Client) -> None:
    applicant = make_organizer(state=OrganizerState.APPLIED)
    assert "Organizers wait for a decision" in operator.get("/platform/").content.decode()
    act(operator, applicant, "approval")
    act(operator, applicant, "suspension", reason="fraud")
    applicant.refresh_from_db()
    assert applicant.state == OrganizerState.SUSPENDED
    act(operator, applicant, "approval")
    applicant.refresh_from_db()
    assert applicant.state == OrganizerState.APPROVED
    trace = StateChange.objects.filter(subject="accounts.organizer").order_by("pk")
    assert [(c.target, c.reason) for c in trace] == [
        ("approved", ""),
        ("suspended", "fraud"),
        ("approved", ""),
    ]


def test_an_applicant_is_rejected_with_a_reason(operator: Client) -> None:
    applicant = make_organizer(state=OrganizerState.APPLIED)
    assert "required" in act(operator, applicant, "rejection", reason="")
    act(operator, applicant, "rejection", reason="no address")
    applicant.refresh_from_db()
    assert applicant.state == OrganizerState.REJECTED
    assert "no address" in act(operator, applicant, "suspension", reason="x")
    applicant.refresh_from_db()
    assert applicant.state == OrganizerState.REJECTED


def test_when_money_is_released_is_agreed_per_organizer(operator: Client) -> None:
    organizer = make_organizer()
    typed = {"release_days": "7", "payout_reserve_minor": "1000"}
    typed |= {"payout_reserve_percent": "10", "payout_minimum_minor": "500"}
    act(operator, organizer, "agreement", **typed)
    organizer.refresh_from_db()
    assert (organizer.release_days, organizer.payout_reserve_minor) == (7, 1000)
    assert (organizer.payout_reserve_percent, organizer.payout_minimum_minor) == (Decimal(10), 500)


def test_nobody_takes_their_own_key_away(operator: Client) -> None:
    me = User.objects.get(email="olga@parterre.example")
    url = f"/platform/accounts/user/{me.pk}/change/"
    operator.post(url, {"name": "Olga", "language": "de"})
    me.refresh_from_db()
    assert (me.name, me.is_staff, me.is_active) == ("Olga", True, True)
    other = User.objects.create_user("x@example.org")
    url = f"/platform/accounts/user/{other.pk}/change/"
    operator.post(url, {"name": "X", "language": "de", "is_staff": "on"})
    other.refresh_from_db()
    assert (other.is_staff, other.is_active) == (True, False)


def test_a_payout_is_proposed_approved_and_cancelled(
    operator: Client, organizer: Organizer
) -> None:
    sell_released(make_event(organizer, at=now()), 2000)
    run = "/platform/payouts/payout/run/"
    said = operator.post(run, follow=True).content.decode()
    again = operator.post(run, follow=True).content.decode()
    assert "There is nothing to pay out now." in again
    assert "1 payout proposed." in said
    payout = Payout.objects.get()
    assert (payout.state, payout.amount_minor) == (PayoutState.PROPOSED, 1900)
    shown = operator.get(f"/platform/payouts/payout/{payout.pk}/overview/").content.decode()
    assert "€19.00" in shown
    act(operator, payout, "approval")
    payout.refresh_from_db()
    assert payout.state == PayoutState.APPROVED
    assert "changed meanwhile" in act(operator, payout, "approval")
    act(operator, payout, "cancellation", reason="wrong account")
    payout.refresh_from_db()
    assert payout.state == PayoutState.CANCELLED
    assert owed(organizer.pk)[0].available == Money(1900, "EUR")


def test_the_books_of_an_organizer_add_up(organizer: Organizer) -> None:
    world = make_everything("OURS")
    expected = Books(
        sold=eur(11400),
        fees=eur(430),
        refunded=eur(3800),
        paid_out=eur(0),
        own=eur(1000),
        lost=eur(0),
        on_vouchers=eur(0),
        kept=eur(0),
    )
    assert books_of([world.organizer.pk]) == [expected]
    assert books_of_event(world.event) == [expected]
    assert expected.owed == eur(7170)
    row = owed(world.organizer.pk)[0]
    assert row.pending + row.available == expected.owed
    assert books_of([organizer.pk]) == []
    assert books_of([]) == []


def test_operators_read_of_organizers_as_of_others(operator: Client) -> None:
    world = make_everything("OURS")
    pages = {world.organizer: "Owed to the organizer", world.event: "The organizer's"}
    for page, words in pages.items():
        url = f"/platform/{page._meta.label_lower.replace('.', '/')}/{page.pk}/overview/"
        shown = operator.get(url).content.decode()
        assert f"{words}</dt><dd>€71.70" in shown
        assert "Beside this they took €10.00 at their own box office." in shown
        assert "Owed to you" not in shown
        assert "Yours" not in shown


def a_notice(**fields: object) -> ProviderNotice:
    defaults = {
        "provider": "paypal",
        "endpoint": "platform",
        "event_id": "WH-1",
        "type": "PAYMENT.CAPTURE.COMPLETED",
        "subject": "attempt",
        "state": NoticeState.PROCESSED,
        "livemode": False,
        "body": {},
        "created_at": now(),
        "received_at": now(),
    }
    return ProviderNotice.objects.create(**(defaults | fields))


def test_a_notice_is_worked_on_again(operator: Client) -> None:
    notice = a_notice()
    assert "worked on again" in act(operator, notice, "replay")
    notice.refresh_from_db()
    delivery = Delivery.objects.get(message=notice.message_id)
    assert (delivery.state, delivery.message.payload["id"]) == (DeliveryState.PENDING, notice.pk)

    Delivery.objects.update(state=DeliveryState.PARKED, attempts=12)
    act(operator, notice, "replay")
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == (DeliveryState.PENDING, 0)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("fields", [{"subject": ""}, {"state": NoticeState.IGNORED}])
def test_what_nobody_works_on_is_not_replayed(fields: dict[str, str]) -> None:
    with pytest.raises(NothingToDo):
        replay(a_notice(**fields), at=now())
    assert not Message.objects.exists()


def test_parked_deliveries_are_tried_again(operator: Client) -> None:
    message = Message.objects.create(topic="order.placed", subject="orders.order:1")
    states = [DeliveryState.PARKED, DeliveryState.PARKED, DeliveryState.DONE]
    rows = [
        Delivery.objects.create(
            message=message, handler=f"h{n}", queue="default", state=state, due_at=now()
        )
        for n, state in enumerate(states)
    ]
    act(operator, rows[0], "retry")
    assert "not parked" in act(operator, rows[2], "retry")
    said = operator.post("/platform/outbox/delivery/retries/", follow=True).content.decode()
    assert "1 is tried again." in said
    assert list(Delivery.objects.order_by("pk").values_list("state", flat=True)) == [
        DeliveryState.PENDING,
        DeliveryState.PENDING,
        DeliveryState.DONE,
    ]


def test_a_mail_that_came_back_is_sent_again(operator: Client) -> None:
    mail = make_everything("OURS").rows["notifications.mail"]
    act(operator, mail, "retry")
    mail.refresh_from_db()
    assert isinstance(mail, Mail)
    assert mail.state == MailState.QUEUED
    assert "waiting, or it was sent" in act(operator, mail, "retry")


def test_the_ledger_leads_from_account_to_source(operator: Client) -> None:
    world = make_everything("OURS")
    account = world.rows["ledger.ledgeraccount"]
    shown = operator.get(f"/platform/ledger/ledgeraccount/{account.pk}/overview/").content.decode()
    order = world.rows["orders.order"]
    assert f"/platform/orders/order/{order.pk}/overview/" in shown
    trial = operator.get("/platform/ledger/ledgeraccount/trial-balance/").content.decode()
    assert "The books balance." in trial
    assert f"org:{world.organizer.pk}:pending:paypal" in trial


def test_an_organizer_sees_payouts_but_sends_none(desk: Client, organizer: Organizer) -> None:
    make_payable(make_organizer())
    sell_released(make_event(organizer, at=now()), 2000)
    assert desk.post("/console/payouts/payout/run/").status_code == 404
    assert not Payout.objects.exists()


def test_one_page_of_money_counts_and_leads_to_what_it_counts(operator: Client) -> None:
    a_notice(event_id="WH-1", state=NoticeState.PARKED)
    a_notice(event_id="WH-2", state=NoticeState.FAILED, type="PAYMENT.REFUND.FAILED")
    a_notice(event_id="WH-3", type="PAYMENT.CAPTURE.DENIED")
    page = operator.get("/platform/reconciliation/case/money/").content.decode()
    assert "Provider notices that are stuck</a><span>2</span>" in page
    links = [unescape(link) for link in re.findall(r'href="(/platform/[^"]+\?[^"]+)"', page)]
    assert len(links) == 13
    assert {operator.get(link).status_code for link in links} == {200}
    stuck = operator.get("/platform/payments/providernotice/?stuck=1").content.decode()
    assert "PAYMENT.REFUND.FAILED" in stuck
    assert "PAYMENT.CAPTURE.DENIED" not in stuck
    nothing = operator.get("/platform/payments/refund/?moving=1").content.decode()
    assert "Nothing is like that." in nothing
    assert "Nothing here yet." in operator.get("/platform/payments/refund/").content.decode()


def test_the_first_page_says_what_it_is(operator: Client, desk: Client) -> None:
    for client, address, title in (
        (operator, "/platform/", "<title>Overview | Platform</title>"),
        (desk, "/console/", "<title>Overview | Console</title>"),
    ):
        assert title in re.sub(r"\s+", " ", client.get(address).content.decode()).replace("> ", ">")
