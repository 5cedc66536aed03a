"""Sales in the books, without buyers: an order row and its postings."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from django.db import transaction

from apps.accounts.models import Organizer, PayoutMethod
from apps.core.money import Money
from apps.events.models import Event
from apps.ledger import balances, recipes
from apps.ledger.post import post
from apps.orders.models import Order
from apps.orders.states import OrderState
from apps.payouts.services.prove_paypal import ask_for_proof, code_of, prove
from tests.factories.selling import NOON

_numbers = count(1)


def pay_to(organizer: Organizer, address: str, *, at: datetime) -> PayoutMethod:
    """At PayPal, whose mail was read."""
    proof = ask_for_proof(organizer, address, actor="user:1", at=at)
    return prove(proof, code_of(proof), actor="user:1", at=at)


def sell(event: Event, minor: int = 2000, provider: str = "paypal", **fields: Any) -> Order:
    """Paid, five per cent for the platform, pending."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "reference": f"ORDER{number:07}",
        "organizer": event.organizer,
        "state": OrderState.PAID,
        "buyer": f"browser:{number}",
        "currency": "EUR",
        "total_minor": minor,
        "fee_minor": minor // 20,
        "pay_by": NOON,
        "created_at": NOON,
        "paid_at": NOON,
    }
    order = Order.objects.create(event=event, **(defaults | fields))
    draft = recipes.sale(order.organizer_id, provider, f"order:{order.pk}", order.total, order.fee)
    book(draft, order.subject)
    return order


def sell_released(event: Event, minor: int = 2000, provider: str = "paypal", **more: Any) -> Order:
    """The money is available at once."""
    order = sell(event, minor, provider, **more)
    net = order.total - order.fee
    book(recipes.release(order.organizer_id, provider, f"order:{order.pk}", net), order.subject)
    return order


def refund(order: Order, minor: int, provider: str = "paypal", fee_back: int = 0) -> None:
    draft = recipes.refund_requested(
        order.organizer_id,
        provider,
        f"refund:{next(_numbers)}",
        amount=Money(minor, order.currency),
        fee_back=Money(fee_back, order.currency),
        pending=balances.pending_of(order.subject, order.organizer_id, provider, order.currency),
    )
    book(draft, order.subject)


def book(draft: Any, subject: str, at: datetime = NOON) -> None:
    with transaction.atomic():
        post(draft, subject=subject, at=at)


def minors() -> dict[str, int]:
    """Every balance that is not zero, by code."""
    return {code: m.minor for (code, _), m in balances.all_balances().items() if m}
