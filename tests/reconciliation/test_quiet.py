"""A shop in which all is well raises no case, however busy it is."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.orders.services.refund import refund_order
from apps.payments.gateways.base import Kind as Provider
from apps.reconciliation.models import BalanceLine, BalanceReading, Case, Run
from tests.factories.differing import DAY, Desk

pytestmark = pytest.mark.django_db
BOTH = pytest.mark.parametrize("provider", [Provider.STRIPE, Provider.PAYPAL])


def readings(desk: Desk) -> list[tuple[str, int]]:
    found = BalanceReading.objects.filter(at=desk.at).order_by("provider", "currency")
    return [(reading.provider, reading.unexplained_minor) for reading in found]


@BOTH
def test_a_sale_its_refund_and_a_payout_raise_no_case(desk: Desk, provider: Provider) -> None:
    desk.connects(provider)
    order, _payment = desk.sells(provider)
    for _ in range(3):
        desk.sells(provider)
    desk.adds_funds(provider)
    refund_order(order, actor="user:1", reason="ill", at=now())
    desk.works()
    payout = desk.pays_out(provider)
    assert payout.state == "paid"
    for _ in range(2):
        desk.looks(DAY)
        assert desk.open_cases() == []
    unlinked = BalanceLine.objects.filter(payment=None, payout=None, transfer=None)
    assert [line.kind for line in unlinked] == []
    assert readings(desk) == [("paypal", 0), ("stripe", 0)]
    assert Case.objects.count() == 0
    assert not Run.objects.exclude(error="").exists()
