"""A program gives money back: whole, single tickets, an amount; typed problems; the same key once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.orders.models import Order, OrderRefund
from apps.payments.models import Refund
from apps.tickets.models import Ticket
from tests.api.test_orders import secret_for, send
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.factories.world import buy

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    event = make_event(make_organizer(), at=now())
    parkett = make_variant(event)
    make_quota(event, 5, parkett)
    order, _payment = buy(event, parkett, 3, at=now())
    return order


def ask(order: Order, secret: dict[str, str], key: str, **body: Any) -> Any:
    headers = {**secret, "Idempotency-Key": key}
    return send(
        Client(), f"/orders/{order.reference}/refunds", {"reason": "ill", **body}, **headers
    )


def test_in_parts_and_then_the_rest(order: Order) -> None:
    program = secret_for(order.organizer, Role.ADMIN)
    first = Ticket.objects.order_by("unit")[0]
    for _again in range(2):
        made = ask(order, program, "refund-1", kind="tickets", tickets=[first.reference])
        assert made.status_code == 201
        body = made.json()
        assert (body["amount"]["amount_minor"], body["tax"]["amount_minor"]) == (3800, 249)
        assert (body["status"], body["tickets"]) == ("requested", [first.reference])
    assert ask(order, program, "refund-2", kind="amount", amount_minor=100).status_code == 201
    read = Client().get(f"/api/v1/orders/{order.reference}", headers=program).json()
    assert read["status"] == "partially_refunded"
    assert [one["kind"] for one in read["refunds"]] == ["tickets", "amount"]
    assert ask(order, program, "refund-3").json()["amount"]["amount_minor"] == 7500
    assert Refund.objects.count() == OrderRefund.objects.count() == 3
    assert OrderRefund.objects.latest("pk").actor.startswith("key:")


def test_refusals_have_names(order: Order) -> None:
    program = secret_for(order.organizer, Role.ADMIN)
    asked: dict[tuple[int, str], dict[str, Any]] = {
        (409, "not_refundable"): {"kind": "amount", "amount_minor": 11401},
        (422, "amount_missing"): {"kind": "amount"},
        (422, "unknown_tickets"): {"kind": "tickets", "tickets": ["ELSEWHERE"]},
    }
    for (status, code), body in asked.items():
        told = ask(order, program, f"key-{code}", **body)
        assert (told.status_code, told.json()["code"]) == (status, code)
    assert ask(order, program, "refund-1", kind="amount", amount_minor=5).status_code == 201
    other = ask(order, program, "refund-1", kind="amount", amount_minor=6)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert OrderRefund.objects.count() == 1


def test_only_who_may_change_its_orders(order: Order) -> None:
    strangers = [
        ({}, 404),
        (secret_for(make_organizer("Schallhof"), Role.OWNER), 404),
        (secret_for(order.organizer, Role.STAFF), 404),
    ]
    for secret, status in strangers:
        assert ask(order, secret, "refund-1").status_code == status
    assert not OrderRefund.objects.exists()
