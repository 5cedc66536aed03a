from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.outbox.models import Delivery, DeliveryState, Message
from apps.payments.gateways.base import Kind, Notice, Subject
from apps.payments.models import Payment, ProviderNotice, Refund
from apps.payments.polling import next_payment_poll
from apps.payments.services.chase import (
    fetch_missed,
    forget_notices,
    park_notices,
    poll_payments,
    poll_refunds,
)
from apps.payments.states import NoticeState, PaymentState, RefundState
from apps.payments.webhooks.inbox import keep
from apps.payments.webhooks.notices import processing
from tests.paying import NOON, buyer_pays, launched, opened
from tests.sandbox_server import SandboxForTests

pytestmark = pytest.mark.django_db


def minutes(*numbers: float) -> list[timedelta]:
    return [timedelta(minutes=number) for number in numbers]


def polls_of(payment: Payment, count: int) -> list[timedelta]:
    """When it would be looked at, from its creation on, while nothing changes."""
    at, found = payment.created_at, []
    for _ in range(count):
        next_at = next_payment_poll(payment, at=at)
        if next_at is None:
            break
        found.append(next_at - payment.created_at)
        at = next_at
    return found


def test_an_unpaid_attempt_is_looked_at_often_then_at_its_ends_then_hourly() -> None:
    payment = opened(Kind.STRIPE, at=NOON)
    payment.provider_expires_at = NOON + timedelta(minutes=40)
    hold_end, provider_end = 15 + 1 / 3, 40 + 1 / 3
    assert polls_of(payment, 10) == minutes(
        1, 2, 5, 10, hold_end, 20, 30, provider_end, provider_end + 60, provider_end + 120
    )


def test_what_is_being_processed_is_looked_at_daily_and_not_for_ever() -> None:
    payment = opened(Kind.PAYPAL, at=NOON)
    payment.state = PaymentState.PROCESSING
    days = polls_of(payment, 100)
    assert days[:3] == [timedelta(days=n) for n in (1, 2, 3)]
    assert len(days) == 35


@pytest.mark.parametrize(
    "state", [PaymentState.FAILED, PaymentState.CANCELLED, PaymentState.EXPIRED]
)
def test_what_has_ended_is_left_alone(state: PaymentState) -> None:
    payment = opened(Kind.PAYPAL, at=NOON)
    payment.state = state
    assert next_payment_poll(payment, at=NOON) is None


def test_a_captured_payment_is_looked_at_until_its_fee_is_known() -> None:
    payment = opened(Kind.STRIPE, at=NOON)
    payment.state, payment.captured_at = PaymentState.CAPTURED, NOON
    assert next_payment_poll(payment, at=NOON) == NOON + timedelta(minutes=1)
    later = NOON + timedelta(hours=2)
    assert next_payment_poll(payment, at=later) == later + timedelta(hours=1)
    assert next_payment_poll(payment, at=NOON + timedelta(days=4)) is None
    payment.fee_minor = 0
    assert next_payment_poll(payment, at=NOON) is None


def test_a_due_payment_is_published_once_and_moves_on() -> None:
    payment = opened(Kind.STRIPE, at=NOON)
    assert poll_payments(at=NOON + timedelta(seconds=59)) == 0
    assert poll_payments(at=NOON + timedelta(seconds=60)) == 1
    assert poll_payments(at=NOON + timedelta(seconds=61)) == 0
    payment.refresh_from_db()
    assert (payment.polls, payment.next_poll_at) == (1, NOON + timedelta(minutes=2))
    (message,) = Message.objects.all()
    assert (message.topic, message.payload) == ("payment.due", {"id": payment.pk})


def test_a_due_refund_is_published_once_and_moves_on() -> None:
    refund = Refund.objects.create(
        payment=opened(Kind.STRIPE, at=NOON),
        state=RefundState.PENDING,
        amount_minor=100,
        created_at=NOON,
        next_poll_at=NOON,
    )
    assert (poll_refunds(at=NOON), poll_refunds(at=NOON)) == (1, 0)
    refund.refresh_from_db()
    assert refund.next_poll_at == NOON + timedelta(minutes=1)
    assert Message.objects.get().topic == "refund.due"


@pytest.mark.parametrize("provider", [Kind.STRIPE, Kind.PAYPAL])
def test_events_that_never_came_are_taken_in_once(sandbox: SandboxForTests, provider: Kind) -> None:
    payment = launched(provider)
    buyer_pays(sandbox, payment)
    at = datetime.now(tz=UTC) + timedelta(minutes=3)
    found = fetch_missed(at - timedelta(hours=3), at=at)
    assert found == len(sandbox.notices()) > 0
    assert fetch_missed(at - timedelta(hours=3), at=at) == 0
    assert payment.reference in ProviderNotice.objects.values_list("reference", flat=True)


def received(event_id: str = "evt_1", at: datetime = NOON) -> ProviderNotice:
    told = Notice(
        event_id=event_id,
        type="checkout.session.completed",
        created_at=at,
        subject=Subject.ATTEMPT,
        ids={"session": "cs_1"},
        reference=None,
        account="",
        livemode=False,
        body={},
    )
    stored = keep(Kind.STRIPE, told, endpoint="platform", at=at)
    assert stored is not None
    return stored


def fail_over(notice: ProviderNotice) -> None:
    with pytest.raises(ZeroDivisionError), processing(notice, at=NOON):
        raise ZeroDivisionError("the provider was away")


def state_of(notice: ProviderNotice) -> str:
    notice.refresh_from_db()
    return notice.state


def test_a_notice_is_processed_when_its_work_ends_well() -> None:
    notice = received()
    with processing(notice, at=NOON):
        assert state_of(notice) == NoticeState.PROCESSING
    assert state_of(notice) == NoticeState.PROCESSED


def test_a_notice_whose_work_fails_says_why_and_can_be_tried_again() -> None:
    notice = received()
    fail_over(notice)
    assert state_of(notice) == NoticeState.FAILED
    assert notice.error == "ZeroDivisionError: the provider was away"
    with processing(notice, at=NOON):
        pass
    assert state_of(notice) == NoticeState.PROCESSED


def test_a_notice_over_which_a_worker_died_is_begun_again() -> None:
    notice = received()
    ProviderNotice.objects.filter(pk=notice.pk).update(state=NoticeState.PROCESSING)
    with processing(notice, at=NOON):
        pass
    assert state_of(notice) == NoticeState.PROCESSED


def test_a_notice_whose_delivery_has_given_up_is_parked_in_sight() -> None:
    stuck, retried = received("evt_1"), received("evt_2")
    for notice in (stuck, retried):
        fail_over(notice)
    Delivery.objects.filter(message=stuck.message).update(state=DeliveryState.PARKED)
    assert park_notices(at=NOON) == 1
    assert (state_of(stuck), state_of(retried)) == (NoticeState.PARKED, NoticeState.FAILED)


def test_old_notices_are_forgotten_but_not_those_that_wait() -> None:
    done, waiting, young = received("evt_1"), received("evt_2"), received("evt_3", NOON)
    ProviderNotice.objects.filter(pk__in=[done.pk, young.pk]).update(state=NoticeState.PROCESSED)
    ProviderNotice.objects.filter(pk__in=[done.pk, waiting.pk]).update(
        received_at=NOON - timedelta(days=91)
    )
    assert forget_notices(at=NOON) == 1
    assert set(ProviderNotice.objects.all()) == {waiting, young}
