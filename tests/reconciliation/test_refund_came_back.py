"""A refund that failed after it had succeeded, and every webhook of it was lost."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.orders.services.refund import refund_order
from apps.payments.gateways.base import Kind as Provider
from apps.payments.models import Refund
from apps.reconciliation.kinds import Fix, Kind
from tests.factories.differing import DAY, Desk

pytestmark = pytest.mark.django_db


def test_it_is_found_on_the_statement_asked_about_and_sent_again(desk: Desk) -> None:
    order, _payment = desk.sells(Provider.STRIPE)
    desk.sandbox.do("plan_stripe_refund", outcome="succeeded_fails")
    refund_order(order, actor="user:1", reason="ill", at=now())
    desk.works()
    desk.looks(5 * DAY)
    assert desk.open_cases() == []  # it has just come back: the webhook may be on its way
    desk.looks(DAY)
    assert Refund.objects.get().state == "succeeded"
    assert desk.open_cases() == [(Kind.REFUND_MISSING, 7600)]
    assert (desk.case().story["told"], desk.case().fix) == ("came_back", Fix.ASK)

    assert desk.accepts().state == "closed"
    assert Refund.objects.get().state == "failed"
    assert desk.shop.balances()["unapplied:stripe"] == -7600
    desk.looks(DAY)
    assert (desk.case().story["told"], desk.case().fix) == ("failed", Fix.SEND_BACK)
    assert desk.accepts().state == "closed"
    assert "unapplied:stripe" not in desk.shop.balances()
    assert [refund.state for refund in Refund.objects.order_by("pk")] == ["failed", "succeeded"]
    assert desk.agrees()
