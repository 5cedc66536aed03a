"""Issued out of what could be paid out; blocked, replaced, taken back, and over after three years."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from pytest_django import Settings

from apps.core.money import Money
from apps.core.transitions import IllegalTransition
from apps.ledger import balances, chart
from apps.ledger.draft import draft
from apps.ledger.post import post
from apps.trail.models import MoneyAct
from apps.vouchers.keys import code_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services import hold
from apps.vouchers.services.block import NothingLeft, block, replace
from apps.vouchers.services.expire import expire_due
from apps.vouchers.services.issue import NotCovered, issue
from apps.vouchers.services.write_voucher import NewVoucher, Recipient, end_of_life
from apps.vouchers.states import VoucherState
from tests.factories.selling import make_organizer
from tests.factories.vouchers import broken, fund, make_voucher, rest

pytestmark = pytest.mark.django_db

TWENTY = Money(2000, "EUR")


def test_it_is_issued_out_of_what_could_be_paid_out_and_never_above() -> None:
    organizer = make_organizer()
    fund(organizer, 3000)
    new = NewVoucher(organizer, "stripe", TWENTY)
    voucher = issue(new, Recipient(), actor="user:1", at=now())
    assert (rest(voucher), balances.available(organizer.pk, "stripe", "EUR").minor) == (2000, 1000)
    with pytest.raises(NotCovered) as why:
        issue(new, Recipient(), actor="user:1", at=now())
    assert why.value.available == Money(1000, "EUR")
    with pytest.raises(NotCovered):
        issue(NewVoucher(organizer, "paypal", TWENTY), Recipient(), actor="user:1", at=now())
    assert (GiftVoucher.objects.count(), MoneyAct.objects.count(), broken()) == (1, 1, [])


def test_its_code_is_stored_nowhere_and_found_again() -> None:
    voucher = make_voucher(make_organizer())
    code = code_of(voucher)
    assert (len(code), code.count("-"), code[-4:]) == (19, 3, voucher.ending)
    row = GiftVoucher.objects.filter(pk=voucher.pk).values().get()
    plain = code.replace("-", "")
    assert [name for name, value in row.items() if plain in str(value)] == []


def test_with_another_key_it_is_known_as_long_as_the_old_one_is_kept(
    settings: Settings,
) -> None:
    voucher = make_voucher(make_organizer())
    code, old = code_of(voucher), settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 10
    settings.SECRET_KEY_FALLBACKS = [old]
    assert code_of(voucher) == code
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(LookupError):
        code_of(voucher)


def test_it_lives_until_the_end_of_the_third_year_after_its_own() -> None:
    assert end_of_life(datetime(2026, 1, 1, tzinfo=UTC)) == datetime(2030, 1, 1, tzinfo=UTC)
    assert end_of_life(datetime(2026, 12, 31, 23, tzinfo=UTC)) == datetime(2030, 1, 1, tzinfo=UTC)


def test_when_its_time_is_up_the_rest_is_the_organizer_s_again() -> None:
    organizer = make_organizer()
    voucher, younger = make_voucher(organizer), make_voucher(organizer, 700)
    GiftVoucher.objects.filter(pk=younger.pk).update(
        expires_at=voucher.expires_at + timedelta(days=365)
    )
    at = voucher.expires_at
    assert expire_due(at=at - timedelta(seconds=1)) == 0
    assert (expire_due(at=at), expire_due(at=at)) == (1, 0)
    voucher.refresh_from_db()
    assert (voucher.state, rest(voucher), rest(younger)) == (VoucherState.EXPIRED, 0, 700)
    assert balances.available(organizer.pk, "stripe", "EUR").minor == 2000
    assert broken() == []


def test_one_that_somebody_is_paying_with_does_not_end_before_they_have() -> None:
    voucher = make_voucher(make_organizer())
    claim = uuid.uuid4()
    with transaction.atomic():
        hold.hold(voucher, claim, TWENTY, lasts=timedelta(minutes=15), at=now())
    assert expire_due(at=voucher.expires_at) == 0
    with transaction.atomic():
        hold.release(claim)
    assert expire_due(at=voucher.expires_at) == 1


def test_a_lost_one_is_blocked_and_its_rest_is_on_another() -> None:
    voucher = make_voucher(make_organizer())
    ada = Recipient("Ada Byron", "ADA@example.org", "de")
    other = replace(voucher, ada, reason="lost", actor="user:1", at=now())
    voucher.refresh_from_db()
    assert (voucher.state, rest(voucher)) == (VoucherState.BLOCKED, 0)
    assert (rest(other), other.recipient_email, other.replaces) == (
        2000,
        "ada@example.org",
        voucher,
    )
    with pytest.raises(NothingLeft):
        replace(voucher, ada, reason="lost", actor="user:1", at=now())
    with pytest.raises(IllegalTransition):
        block(voucher, reason="lost", actor="user:1", at=now())
    acts = list(MoneyAct.objects.order_by("pk").values_list("act", flat=True))
    assert (acts, broken()) == (["voucher.issue", "voucher.replace"], [])


def test_the_books_themselves_refuse_to_overdraw_one() -> None:
    voucher = make_voucher(make_organizer())
    account = chart.voucher(voucher.pk, "stripe")
    too_much = Money(2001, "EUR")
    taken = draft("taken", "1", [(account, too_much), (chart.clearing("stripe"), -too_much)])
    with pytest.raises(IntegrityError, match="overdraws"), transaction.atomic():
        post(taken, subject="story:1", at=now())
    assert rest(voucher) == 2000
