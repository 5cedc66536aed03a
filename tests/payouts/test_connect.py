from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from apps.accounts.models import PayoutMethod
from apps.outbox.models import Message
from apps.payments.gateways.base import PayeeView
from apps.payouts.services.connect import (
    Pages,
    connect_paypal,
    connect_stripe,
    paypal_destination,
    refresh,
)
from tests.factories.bank import Bank
from tests.factories.selling import NOON, make_organizer

pytestmark = pytest.mark.django_db

PAGES = Pages("https://shop.example/return/", "https://shop.example/again/")


def changes() -> int:
    return Message.objects.filter(topic="payout.method_changed").count()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" abcd234567xyz ", "ABCD234567XYZ"),
        ("Kasse@Lichtbogen.example", "kasse@lichtbogen.example"),
    ],
)
def test_a_paypal_account_is_an_address_or_a_merchant_id(typed: str, stored: str) -> None:
    assert paypal_destination(typed) == stored


@pytest.mark.parametrize(
    "typed", ["", "lichtbogen", "ABCD234567XY", "a@b", "a@b.example, c@d.example"]
)
def test_anything_else_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        paypal_destination(typed)


def test_paypal_can_be_paid_at_once_and_a_change_is_told(bank: Bank) -> None:
    organizer = make_organizer()
    connect_paypal(organizer, "abcd234567xyz", actor="user:1", at=NOON)
    connect_paypal(organizer, "abcd234567xyz", actor="user:1", at=NOON)  # no change
    assert changes() == 1
    connect_paypal(organizer, "efgh234567xyz", actor="user:2", at=NOON)
    method = PayoutMethod.objects.get()
    assert (method.provider, method.destination) == ("paypal", "EFGH234567XYZ")
    assert method.payable
    assert changes() == 2


def test_stripe_opens_an_account_and_asks_for_what_is_missing(bank: Bank) -> None:
    organizer = make_organizer()
    account = f"acct_{organizer.pk}"
    bank.payees[account] = PayeeView(payable=False, missing=("identity document",))
    onboarding = connect_stripe(organizer, country="DE", pages=PAGES, actor="user:1", at=NOON)
    assert onboarding.url == f"https://bank.example/onboarding/{account}"
    method = PayoutMethod.objects.get()
    assert (method.destination, method.payable) == (account, False)
    assert method.missing == ["identity document"]
    bank.payees[account] = PayeeView(payable=True)
    assert refresh(method).payable
    method.refresh_from_db()
    assert (method.payable, method.missing) == (True, [])


def test_going_on_at_stripe_keeps_the_account(bank: Bank) -> None:
    organizer = make_organizer()
    PayoutMethod.objects.create(organizer=organizer, provider="stripe", destination="acct_known")
    connect_stripe(organizer, country="DE", pages=PAGES, actor="user:1", at=NOON)
    assert PayoutMethod.objects.get().destination == "acct_known"
    assert changes() == 0


def test_an_answer_about_an_account_that_was_replaced_is_dropped(bank: Bank) -> None:
    method = connect_paypal(make_organizer(), "abcd234567xyz", actor="user:1", at=NOON)
    PayoutMethod.objects.update(destination="other@lichtbogen.example", payable=True)
    bank.payees["ABCD234567XYZ"] = PayeeView(payable=False, missing=("closed",))
    refresh(method)
    assert PayoutMethod.objects.get().payable
