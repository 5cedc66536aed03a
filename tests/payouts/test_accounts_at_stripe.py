"""Organizers' own accounts at Stripe: whether they can be paid, as it tells us and as it does not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import PayoutMethod
from apps.accounts.roles import Role
from apps.core.money import Money
from apps.ledger import balances
from apps.payments.gateways.base import DISCONNECTED, Kind
from apps.payments.gateways.pulse import pulse_of
from apps.payments.models import ProviderNotice
from apps.payments.services import chase
from apps.payouts.models import Payout
from apps.payouts.services.connect import connect_stripe
from apps.payouts.services.fetch_missed import fetch_missed
from tests.buying import Shop, open_shop
from tests.factories.door import signed_in
from tests.factories.selling import make_member
from tests.outbox_pump import deliver_all
from tests.payouts.test_with_providers import PAGES, connect, post_all_notices, sell
from tests.sandbox_server import SandboxForTests

GERMAN = {"Accept-Language": "de"}


@pytest.fixture
def shop(db: None, sandbox: SandboxForTests) -> Shop:
    shop = open_shop(sandbox)
    shop.organizer.release_at_sale = True
    shop.organizer.save()
    return shop


def test_stripe_tells_when_an_organizer_can_be_paid(shop: Shop, client: Client) -> None:
    page = connect_stripe(shop.organizer, country="DE", pages=PAGES, actor="user:1", at=now())
    assert not PayoutMethod.objects.get().payable
    shop.sandbox.do("submit_account", account=page.destination)
    shop.sandbox.later(1)
    post_all_notices(shop, client)
    assert PayoutMethod.objects.get().payable
    shop.sandbox.do("restrict_account", account=page.destination)
    ((provider, event),) = shop.sandbox.notices(type="capability.updated")[1:]
    assert shop.sandbox.send_to(client, provider, event) == 200
    deliver_all(at=now())
    assert not PayoutMethod.objects.get().payable


@pytest.mark.parametrize("linked", [True, False])
def test_the_form_as_it_is_shown_leads_to_stripe(shop: Shop, linked: bool) -> None:
    lena = signed_in(make_member(shop.organizer, Role.OWNER, email="lena@example.org"))
    form = "/console/accounts/payoutmethod/stripe/"
    shown = text(lena, f"{form}?organizer={shop.organizer.pk}" if linked else form)
    (organizer,) = re.findall(r'name="organizer" value="(\d+)"', shown)
    answer = lena.post(form, {"organizer": organizer, "country": "AT"}).content.decode()
    assert link_of(answer).startswith(f"{shop.sandbox.world.options.public_url}/connect/")
    assert PayoutMethod.objects.get().organizer == shop.organizer
    (account,) = shop.sandbox.world.store.newest("account")
    assert account["country"] == "AT"


def test_half_done_it_says_what_is_missing_and_leads_on_with_a_fresh_link_each_time(
    shop: Shop,
) -> None:
    lena = signed_in(make_member(shop.organizer, Role.OWNER, email="lena@example.org"))
    begun = connect_stripe(shop.organizer, country="DE", pages=PAGES, actor="user:1", at=now())
    page = f"/console/accounts/payoutmethod/{PayoutMethod.objects.get().pk}/"
    shown = lena.get(f"{page}overview/", headers=GERMAN).content.decode()
    assert "<li>Wohnanschrift</li><li>Geburtsdatum</li><li>Vor- und Nachname</li>" in shown
    assert "Zustimmung zu den Bedingungen von Stripe" in shown
    assert "identity." not in shown
    assert "Bei Stripe weitermachen" in shown

    links = [link_of(lena.post(f"{page}onward/").content.decode()) for _ in range(2)]
    assert len({begun.url, *links}) == 3
    made = shop.sandbox.world.store.need("account_link", links[1].rpartition("/")[2])
    back = f"{settings.PUBLIC_URL}/console/accounts/payoutmethod/stripe-back/"
    assert made["account"] == PayoutMethod.objects.get().destination
    assert made["collects"] == "eventually_due"  # all that is listed, also what has time
    assert made["return_url"] == f"{back}?organizer={shop.organizer.pk}"
    assert made["refresh_url"] == f"{back}?organizer={shop.organizer.pk}&again"


def test_back_from_stripe_its_page_says_how_things_stand_by_now(shop: Shop) -> None:
    lena = signed_in(make_member(shop.organizer, Role.OWNER, email="lena@example.org"))
    account = connect_stripe(
        shop.organizer, country="DE", pages=PAGES, actor="user:1", at=now()
    ).destination
    page = f"/console/accounts/payoutmethod/{PayoutMethod.objects.get().pk}/overview/"
    back = f"/console/accounts/payoutmethod/stripe-back/?organizer={shop.organizer.pk}"

    late = text(lena, f"{back}&again")
    assert "That link to Stripe has run out. Here is a new one." in late
    link = shop.sandbox.world.store.need("account_link", link_of(late).rpartition("/")[2])
    assert link["account"] == account
    shop.sandbox.do("submit_account", account=account)
    # What Stripe looks at is not asked of the organizer.
    assert "You have given all that Stripe asked for." in text(lena, back)
    assert PayoutMethod.objects.get().missing == []
    shop.sandbox.later(1)
    assert "not yet" not in text(lena, back)
    assert PayoutMethod.objects.get().payable

    shop.sandbox.do("restrict_account", account=account)
    again = text(lena, back)
    assert "identity card or passport" in again
    assert "The document has expired. Send one that is valid." in again
    PayoutMethod.objects.update(payable=True)  # it was asked for, and is not due yet
    later = text(lena, page)
    assert "You are paid as before. Stripe asks for this as well" in later
    assert lena.get(f"{back}9").headers["Location"] == "/console/accounts/payoutmethod/"


def test_going_on_with_an_account_that_is_gone_opens_none(shop: Shop) -> None:
    lena = signed_in(make_member(shop.organizer, Role.OWNER, email="lena@example.org"))
    page = connect_stripe(shop.organizer, country="DE", pages=PAGES, actor="user:1", at=now())
    shop.sandbox.do("disconnect_account", account=page.destination)  # and we did not hear of it
    method = PayoutMethod.objects.get()
    answer = lena.post(f"/console/accounts/payoutmethod/{method.pk}/onward/", follow=True)
    assert "Connect anew" in answer.content.decode()
    method.refresh_from_db()
    assert (method.destination, method.missing) == (page.destination, [DISCONNECTED])
    assert not shop.sandbox.world.store.newest("account")


def text(client: Client, url: str) -> str:
    return client.get(url, follow=True).content.decode()


def link_of(page: str) -> str:
    (link,) = re.findall(r'<a class="button main" href="([^"]+)"', page)
    return str(link)


def test_an_organizer_who_lets_us_go_at_stripe_is_paid_no_more_and_can_come_back(
    shop: Shop, client: Client
) -> None:
    lena = make_member(shop.organizer, Role.OWNER, email="lena@example.org")
    connect(shop, Kind.STRIPE)
    sell(shop, Kind.STRIPE)
    method = PayoutMethod.objects.get()
    shop.sandbox.do("disconnect_account", account=method.destination)
    ((provider, event),) = shop.sandbox.notices(type="account.application.deauthorized")
    assert shop.sandbox.send_to(client, provider, event) == 200
    deliver_all(at=now())
    page = f"/console/accounts/payoutmethod/{method.pk}/overview/"
    form = signed_in(lena).get("/console/accounts/payoutmethod/stripe/", headers=GERMAN)
    assert '<option value="DE" selected>Deutschland</option>' in form.content.decode()
    shown = signed_in(lena).get(page).content.decode()
    assert "not yet" in shown
    assert "Your account at Stripe was closed, or its connection to us was ended." in shown
    assert f'href="/console/accounts/payoutmethod/stripe/?organizer={shop.organizer.pk}"' in shown
    money = signed_in(lena).get("/console/payouts/payout/money/").content.decode()
    assert "Stripe cannot pay to your account yet." in money
    assert f'href="{page}"' in money
    call_command("run_payouts", verbosity=0)
    assert not Payout.objects.exists()
    assert fetch_missed(PayoutMethod.objects.all(), chase.LOOK_BACK, at=now()) == 0
    assert "account_invalid" not in pulse_of(Kind.STRIPE).events_error

    connect(shop, Kind.STRIPE)  # another account, which waits as every new one does
    method.refresh_from_db()
    assert (method.payable, method.destination) != (True, event["account"])
    assert (method.payable, method.destination_since is not None) == (True, True)
    assert balances.available(shop.organizer.pk, Kind.STRIPE, "EUR") == Money(7220, "EUR")


def test_what_stripe_told_in_vain_is_read_from_the_accounts_own_list(shop: Shop) -> None:
    page = connect_stripe(shop.organizer, country="DE", pages=PAGES, actor="user:1", at=now())
    shop.sandbox.do("submit_account", account=page.destination)
    shop.sandbox.later(1)
    at = now() + timedelta(minutes=3)
    assert chase.fetch_missed(at - chase.LOOK_BACK, at=at) == 0  # the platform's list has none
    assert not PayoutMethod.objects.get().payable
    everybody = PayoutMethod.objects.all()
    found = [fetch_missed(everybody, chase.LOOK_BACK, at=at) for _ in range(2)]
    assert found == [ProviderNotice.objects.count(), 0]
    deliver_all(at=at)
    assert PayoutMethod.objects.get().payable
    told = set(ProviderNotice.objects.values_list("endpoint", "account", "state"))
    assert ("connect", page.destination, "processed") in told
    assert {account for _endpoint, account, _state in told} == {page.destination}
