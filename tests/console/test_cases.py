"""An operator and the case desk: the list, the story, one click, the bank, the providers' health."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from apps.accounts.models import User
from apps.notifications.models import Mail
from apps.payments.gateways.base import Kind as Provider
from apps.payments.services.chase import fetch_missed
from apps.reconciliation.models import BankTransfer, Case, CaseAct, Run
from apps.reconciliation.services.reconcile import reconcile
from apps.reconciliation.services.tell import tell_of_cases
from apps.trail.models import MoneyAct
from tests.factories.differing import DAY, Desk, open_desk
from tests.sandbox_server import SandboxForTests

pytestmark = pytest.mark.django_db
CASES = "/platform/reconciliation/case"


@pytest.fixture
def desk(sandbox: SandboxForTests) -> Desk:
    return open_desk(sandbox)


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


def test_from_the_first_page_to_a_closed_case(desk: Desk, operator: Client) -> None:
    desk.sandbox.do("move_money", provider="paypal", what="fee", amount=-333)
    desk.looks()
    case = desk.case()

    assert re.search(r"Cases that wait</a>\s*<span>1<", page(operator, "/platform/"))
    listed = page(operator, f"{CASES}/?state__exact=open")
    assert "Money that nobody knows" in listed
    assert re.search(r"Line of a provider&#x27;s statement \w+<", listed)
    assert "Book as the provider&#x27;s fee" in listed
    shown = page(operator, f"{CASES}/{case.pk}/overview/")
    assert "PayPal changed the balance by -€3.33 for a fee of its own" in shown
    assert "Book as the provider" in shown

    said = operator.post(f"{CASES}/{case.pk}/mending/", {"fix": "book_fee"}, follow=True)
    assert "Mended. The difference is gone." in said.content.decode()
    case.refresh_from_db()
    olga = User.objects.get(is_staff=True)
    assert (case.state, case.closed_by) == ("closed", f"user:{olga.pk}")
    assert desk.shop.balances()["fee:provider:paypal"] == 333

    again = operator.post(f"{CASES}/{case.pk}/mending/", {"fix": "book_fee"}, follow=True)
    assert "It has changed meanwhile." in again.content.decode()
    assert desk.shop.balances()["fee:provider:paypal"] == 333
    assert CaseAct.objects.count() == 2
    acts = MoneyAct.objects.about(case).values_list("act", "actor", "amount_minor")
    assert list(acts) == [("case.book_fee", f"user:{olga.pk}", -333)]
    closed = page(operator, f"{CASES}/{case.pk}/overview/")
    assert "olga@parterre.example" in closed
    assert "book_fee" not in closed


def test_a_fix_that_is_not_offered_changes_nothing(desk: Desk, operator: Client) -> None:
    desk.sandbox.do("move_money", provider="paypal", what="fee", amount=-333)
    desk.looks()
    for fix in ("send_back", "nonsense", ""):
        said = operator.post(f"{CASES}/{desk.case().pk}/mending/", {"fix": fix}, follow=True)
        assert "This does not fit any more." in said.content.decode()
    assert not CaseAct.objects.exists()
    assert desk.case().state == "open"


def test_a_provider_that_does_not_answer_leaves_the_case_open(desk: Desk, operator: Client) -> None:
    _order, payment = desk.sells(Provider.STRIPE)
    desk.sandbox.do("refund_there", provider="stripe", of=payment.ids["charge"], amount=100)
    desk.looks()
    desk.sandbox.do("add_fault", operation="stripe.refunds.*", kind="error_before", times=9)
    said = operator.post(f"{CASES}/{desk.case().pk}/mending/", {"fix": "adopt"}, follow=True)
    assert "The provider could not be asked: Unavailable" in said.content.decode()
    assert desk.case().state == "open"
    assert CaseAct.objects.latest("pk").deed == "failed"

    health = page(operator, f"{CASES}/health/")
    assert "Unavailable" in health
    desk.sandbox.do("clear_faults")
    operator.post(f"{CASES}/{desk.case().pk}/mending/", {"fix": "adopt"})
    assert Case.objects.get().state == "closed"


def test_a_case_is_ignored_for_a_reason_until_its_sum_changes(desk: Desk, operator: Client) -> None:
    _order, payment = desk.sells(Provider.STRIPE)
    charge = payment.ids["charge"]
    desk.sandbox.do("restate", provider="stripe", of=charge, fee=1)
    desk.looks(DAY)
    url = f"{CASES}/{desk.case().pk}"
    assert (
        "This field is required"
        in operator.post(f"{url}/ignoring/", {"reason": ""}).content.decode()
    )
    operator.post(f"{url}/ignoring/", {"reason": "a cent"})
    desk.looks(timedelta(hours=1))
    assert desk.case().state == "ignored"
    operator.post(f"{url}/reopening/", {"reason": "after all"})
    assert desk.case().state == "open"
    operator.post(f"{url}/ignoring/", {"reason": "a cent"})

    desk.sandbox.do("restate", provider="stripe", of=charge, fee=500)
    desk.looks(timedelta(hours=1))
    assert (desk.case().state, desk.case().amount_minor) == ("open", 501)
    deeds = list(CaseAct.objects.order_by("pk").values_list("deed", "reason"))
    assert deeds == [
        ("ignored", "a cent"),
        ("reopened", "after all"),
        ("ignored", "a cent"),
        ("reopened", ""),
    ]


def test_a_transfer_is_typed_confirmed_and_booked_once(desk: Desk, operator: Client) -> None:
    new = "/platform/reconciliation/banktransfer/new/"
    assert "From the provider to the bank" in page(operator, new)
    typed = {
        "direction": "to_bank",
        "provider": "stripe",
        "amount": "50.00",
        "currency": "eur",
        "on": now().date().isoformat(),
        "note": "for the rent",
        "key": str(uuid.uuid4()),
    }
    wrong = operator.post(new, typed | {"amount": "0", "on": "2999-01-01"}).content.decode()
    assert "That day is still to come." in wrong
    assert 'value="for the rent"' in wrong

    asked = operator.post(new, typed).content.decode()
    assert "€50.00 leave Stripe for the bank" in asked
    assert not BankTransfer.objects.exists()
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', asked))
    answer, twice = operator.post(new, fields), operator.post(new, fields)
    assert answer.status_code == twice.status_code == 302
    assert BankTransfer.objects.get().amount_minor == 5000
    assert desk.shop.balances() == {"bank": 5000, "clearing:stripe": -5000}
    shown = page(operator, answer.headers["Location"])
    assert "for the rent" in shown
    assert "Not seen yet" in shown

    desk.sandbox.do("move_money", provider="stripe", what="bank", amount=-5000)
    desk.looks()
    assert desk.open_cases() == []
    assert "Not seen yet" not in page(operator, answer.headers["Location"])


def test_an_account_that_may_not_read_its_statement(desk: Desk, operator: Client) -> None:
    desk.sells(Provider.PAYPAL)
    desk.sandbox.do("allow_reports", allowed="")
    assert desk.looks().found == 0
    assert desk.looks(DAY).found == 0
    run = Run.objects.filter(provider="paypal").latest("pk")
    assert (run.unavailable, run.lines) == (True, 0)
    assert "This account may not read its own statement." in page(operator, f"{CASES}/health/")


def test_health_shows_what_was_heard_and_what_could_not_be_read(
    desk: Desk, operator: Client
) -> None:
    desk.sells(Provider.STRIPE)
    desk.looks()
    fetch_missed(now() - DAY, at=now())
    shown = page(operator, f"{CASES}/health/")
    assert shown.count("could not be read") == 0
    assert "€74.61" in shown  # at the provider, and in the books

    desk.sandbox.do("add_fault", operation="paypal.*", kind="error_before", times=99)
    fetch_missed(now() - DAY, at=now())
    reconcile(["paypal"], at=desk.at + DAY)
    shown = page(operator, f"{CASES}/health/")
    assert "The list of events could not be read: Unavailable" in shown
    assert "The statement could not be read: Unavailable" in shown


def test_a_provider_that_is_left_out_is_asked_nothing(
    desk: Desk, operator: Client, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PAYPAL_CLIENT_ID = settings.PAYPAL_CLIENT_SECRET = ""
    desk.sells(Provider.STRIPE)
    desk.sandbox.do("add_fault", operation="paypal.*", kind="error_before", times=99)
    fetch_missed(now() - DAY, at=now())
    call_command("reconcile")  # ends well
    assert "paypal" not in capsys.readouterr().out
    assert [run.provider for run in Run.objects.all()] == ["stripe"]
    shown = page(operator, f"{CASES}/health/")
    assert "<h2>Stripe</h2>" in shown
    assert "<h2>PayPal</h2>" not in shown

    settings.STRIPE_SECRET_KEY = ""
    assert "<h2>Stripe</h2>" in page(operator, f"{CASES}/health/")  # it took money before


def test_without_providers_health_says_so(operator: Client, settings: Settings) -> None:
    settings.STRIPE_SECRET_KEY = settings.PAYPAL_CLIENT_ID = ""
    assert fetch_missed(now() - DAY, at=now()) == 0
    for shown in (page(operator, f"{CASES}/health/"), page(operator, f"{CASES}/money/")):
        assert "Neither Stripe nor PayPal is set up." in shown


@pytest.mark.usefixtures("operator")
def test_operators_get_one_mail_a_day(desk: Desk) -> None:
    assert tell_of_cases(at=desk.at) == 0
    desk.sandbox.do("move_money", provider="paypal", what="payment", amount=1234)
    desk.looks()
    for _twice in range(2):
        assert tell_of_cases(at=desk.at) == 1
    desk.works()
    mail = Mail.objects.get()
    assert (mail.kind, mail.to) == ("cases_waiting", "olga@parterre.example")
    assert outbox.outbox[0].subject == "1 case is open"
    assert "€12.34 came to PayPal, and no payment of ours is about it." in outbox.outbox[0].body
