"""A balance that nothing explains is a case when it stays so for hours, not when it is read twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.payments.gateways.base import Kind as Provider
from apps.reconciliation.kinds import Kind
from tests.factories.differing import DAY, Desk

pytestmark = pytest.mark.django_db
BEFORE_ALL_STATEMENTS = 400 * 86_400


@pytest.mark.parametrize("provider", [Provider.STRIPE, Provider.PAYPAL])
def test_two_readings_of_one_moment_are_one(desk: Desk, provider: Provider) -> None:
    desk.sandbox.do("advance", seconds=-BEFORE_ALL_STATEMENTS)
    desk.sandbox.do("move_money", provider=provider, what="other", amount=1234)
    desk.sandbox.do("advance", seconds=BEFORE_ALL_STATEMENTS)
    desk.sells(provider)
    desk.looks(DAY)
    desk.looks(timedelta(minutes=10))
    assert desk.open_cases() == []
    desk.looks(timedelta(hours=7))
    assert desk.open_cases() == [(Kind.BALANCE_DIFFERS, 1234)]
