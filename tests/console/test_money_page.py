"""The promoter's money on one page says what the books say."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from tests.factories.selling import (
    make_event,
    make_member,
    make_organizer,
    make_payable,
    make_quota,
    make_variant,
)
from tests.factories.world import buy, give_back

pytestmark = pytest.mark.django_db

MONEY = "/console/payouts/payout/money/"


def test_what_is_there_what_comes_and_what_this_month_was() -> None:
    at = now()
    organizer = make_organizer()
    make_payable(organizer)
    event = make_event(organizer, at=at)
    variant = make_variant(event)
    make_quota(event, 5, variant)
    buy(event, variant, 2, at=at)
    back, _payment = buy(event, variant, 1, at=at)
    give_back(back, at=at)
    desk = Client()
    owner = make_member(organizer, Role.OWNER)
    desk.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    page = desk.get(MONEY).content.decode()
    for words in (
        "<dt>Sold</dt><dd>€114.00</dd>",
        "<dt>Fees</dt><dd>−€3.80</dd>",  # 5 % of what stays
        "<dt>Refunded</dt><dd>−€38.00</dd>",
        "<dt>7 % in €76.00</dt><dd>€4.97</dd>",
        "<dd>€72.20</dd>",  # comes after the event
    ):
        assert words in page
    assert "gone to the bank" not in page
    assert "Dein Geld" in desk.get(MONEY, headers={"Accept-Language": "de"}).content.decode()
