"""What organizers and operators see when a provider refuses a payout, code by code."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.core.money import Money
from apps.ledger import balances
from apps.notifications.models import Mail
from apps.payments.gateways import retrying
from apps.payments.gateways.base import Kind
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payouts.models import Payout
from apps.payouts.services.look import look
from apps.payouts.services.send import item_of
from apps.payouts.states import PayoutState
from apps.sandbox.paypal.call import MERCHANT_EMAIL
from tests.buying import Shop, open_shop
from tests.factories.selling import make_member, make_user
from tests.outbox_pump import deliver_all
from tests.payouts.test_with_providers import connect, pay_out, sell, the_provider_works
from tests.sandbox_server import SandboxForTests

CREATE = {Kind.PAYPAL: "paypal.payouts.create", Kind.STRIPE: "stripe.transfers.create"}
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def shop(db: None, sandbox: SandboxForTests, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.setattr(retrying, "PAUSE_SECONDS", 0)
    shop = open_shop(sandbox)
    shop.organizer.release_at_sale = True
    shop.organizer.save()
    make_member(shop.organizer, Role.OWNER, email="lena@example.org")
    return shop


@pytest.fixture
def operator() -> Client:
    client = Client()
    client.force_login(make_user("olga@parterre.example", is_staff=True), backend=BACKEND)
    return client


def refuse(shop: Shop, operation: str, code: str, times: int = 1) -> None:
    shop.sandbox.do("add_fault", operation=operation, kind="refuse_before", code=code, times=times)


def paid_out(shop: Shop, provider: Kind) -> Payout:
    connect(shop, provider)
    sell(shop, provider)
    payout = pay_out(shop)
    the_provider_works(shop)
    return payout


def owed(shop: Shop, provider: Kind) -> Money:
    return balances.available(shop.organizer.pk, provider, "EUR")


def page_of(payout: Payout) -> str:
    return f"/platform/payouts/payout/{payout.pk}"


def take_back(operator: Client, payout: Payout) -> str:
    answer = operator.post(f"{page_of(payout)}/reversal/", {"sure": "on"}, follow=True)
    return answer.content.decode()


@pytest.mark.parametrize(
    ("provider", "code"),
    [
        (Kind.PAYPAL, "INSUFFICIENT_FUNDS"),
        (Kind.STRIPE, "balance_insufficient"),
        (Kind.STRIPE, "resource_missing"),
    ],
)
def test_a_refused_payout_is_owed_again_and_its_organizer_is_told(
    shop: Shop, operator: Client, provider: Kind, code: str
) -> None:
    refuse(shop, CREATE[provider], code)
    payout = paid_out(shop, provider)
    payout.refresh_from_db()
    assert (payout.state, payout.problem) == (PayoutState.FAILED, code)
    assert owed(shop, provider) == Money(7220, "EUR")
    assert code in operator.get(f"{page_of(payout)}/overview/").content.decode()
    assert Mail.objects.filter(kind="payout_failed", to="lena@example.org").count() == 1

    again = pay_out(shop)
    the_provider_works(shop)
    assert (look(again, at=now()).state, Payout.objects.count()) == (PayoutState.PAID, 2)


@pytest.mark.parametrize(
    ("provider", "code", "told"),
    [
        (Kind.PAYPAL, "NOT_AUTHORIZED", "NotPermitted NOT_AUTHORIZED"),
        (Kind.STRIPE, "permission", "NotPermitted permission"),
    ],
)
def test_an_account_that_may_not_pay_out_waits_for_its_operator(
    shop: Shop, operator: Client, provider: Kind, code: str, told: str
) -> None:
    refuse(shop, CREATE[provider], code)
    payout = paid_out(shop, provider)
    payout.refresh_from_db()
    assert payout.state == PayoutState.SENDING
    assert told in operator.get(f"{page_of(payout)}/overview/").content.decode()
    assert not Mail.objects.filter(kind="payout_failed").exists()

    deliver_all(at=now() + timedelta(minutes=5))  # it was permitted meanwhile
    the_provider_works(shop)
    assert look(Payout.objects.get(), at=now()).state == PayoutState.PAID


def test_a_batch_id_that_was_used_is_the_batch_that_was_made_first(
    shop: Shop, operator: Client
) -> None:
    """USER_BUSINESS_ERROR: the answers to the first were lost, and the same is asked once more."""
    shop.sandbox.do("add_fault", operation="paypal.payouts.create", kind="cut_after", times=3)
    payout = paid_out(shop, Kind.PAYPAL)
    deliver_all(at=now() + timedelta(minutes=2))
    refused = [
        answer.json()["name"] for _, answer in shop.sandbox.exchanges if answer.status == 400
    ]
    assert set(refused) == {"USER_BUSINESS_ERROR"}
    assert len(shop.sandbox.world.store.newest("payout_batch")) == 1
    payout = look(Payout.objects.get(), at=now())
    assert (payout.state, payout.problem) == (PayoutState.PAID, "")
    shown = operator.get(f"{page_of(payout)}/overview/").content.decode()
    assert "USER_BUSINESS_ERROR" not in shown
    assert not Mail.objects.filter(kind="payout_failed").exists()


def test_our_own_account_cannot_be_paid(shop: Shop, operator: Client) -> None:
    connect(shop, Kind.PAYPAL, receiver=MERCHANT_EMAIL)
    sell(shop, Kind.PAYPAL)
    payout = pay_out(shop)
    the_provider_works(shop)
    payout = look(payout, at=now())
    deliver_all(at=now())
    assert (payout.state, payout.problem) == (PayoutState.FAILED, "SELF_PAY_NOT_ALLOWED")
    assert owed(shop, Kind.PAYPAL) == Money(7220, "EUR")
    assert "SELF_PAY_NOT_ALLOWED" in operator.get(f"{page_of(payout)}/overview/").content.decode()
    assert Mail.objects.filter(kind="payout_failed").count() == 1


def test_what_the_organizer_has_drawn_cannot_be_taken_back(shop: Shop, operator: Client) -> None:
    payout = paid_out(shop, Kind.STRIPE)
    payout.refresh_from_db()
    shop.sandbox.do("drain_account", account=payout.destination)
    assert "The organizer has drawn the money already." in take_back(operator, payout)
    payout.refresh_from_db()
    assert (payout.state, owed(shop, Kind.STRIPE).minor) == (PayoutState.PAID, 0)


def test_one_that_was_taken_back_there_is_found(shop: Shop, operator: Client) -> None:
    payout = paid_out(shop, Kind.STRIPE)
    payout.refresh_from_db()
    PAYOUT_GATEWAYS[Kind.STRIPE].cancel(item_of(payout), payout.ids, key="dashboard")
    take_back(operator, payout)
    payout.refresh_from_db()
    assert (payout.state, owed(shop, Kind.STRIPE).minor) == (PayoutState.RETURNED, 7220)


def test_one_that_is_taken_back_in_the_same_moment_is_looked_at_again(
    shop: Shop, operator: Client
) -> None:
    payout = paid_out(shop, Kind.STRIPE)
    refuse(shop, "stripe.reversals.create", "transfer_already_reversed")
    take_back(operator, payout)
    payout.refresh_from_db()
    assert payout.state == PayoutState.PAID  # it says so, whatever the refusal meant
    take_back(operator, payout)
    payout.refresh_from_db()
    assert payout.state == PayoutState.RETURNED


def test_a_bank_that_refuses_an_organizers_payout_is_told(shop: Shop, client: Client) -> None:
    """Paid for us, and for the organizer not there yet: its owners are told once."""
    payout = paid_out(shop, Kind.STRIPE)
    payout.refresh_from_db()
    shop.sandbox.do("refuse_by_bank", account=payout.destination, amount=7220)
    ((provider, event),) = shop.sandbox.notices(type="payout.failed")
    for _ in range(2):
        assert shop.sandbox.send_to(client, provider, event) == 200
        deliver_all(at=now())
    mails = Mail.objects.filter(kind="payout_bank_refused")
    assert list(mails.values_list("to", flat=True)) == ["lena@example.org"]
    payout.refresh_from_db()
    assert (payout.state, owed(shop, Kind.STRIPE).minor) == (PayoutState.PAID, 0)
