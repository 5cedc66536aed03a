"""A buyer who paid and then goes to their bank, and what reaches us of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.timezone import now

from apps.audit.registry import all_checks
from apps.audit.run import look
from apps.ledger import balances, chart
from apps.orders.models import Order
from apps.payments.gateways.base import Kind
from apps.payments.models import Dispute, Payment
from apps.payments.webhooks.inbox import receive
from apps.sandbox.paypal import book
from apps.sandbox.stripe import balance
from tests.buying import Buyer, Shop, order_of, tickets_of
from tests.outbox_pump import deliver_all

FEE = {Kind.STRIPE: 2000, Kind.PAYPAL: 1600}


@dataclass
class Bank:
    """Of one buyer, at one provider."""

    shop: Shop
    payment: Payment
    told: int = field(default=0)

    @property
    def order(self) -> Order:
        return order_of(self.payment)

    def __call__(self, command: str, **args: Any) -> str:
        """It does something, and all webhooks of that arrive."""
        answer = self.does(command, **args)
        self.webhooks_come()
        return answer

    def does(self, command: str, **args: Any) -> str:
        name = "dispute" if command.endswith("_dispute") else "payment"
        if name == "payment":
            self.payment.refresh_from_db()
            own = {"order": "order", "session": "session"}
            args["payment"] = next(self.payment.ids[n] for n in own if n in self.payment.ids)
        elif name not in args:
            args["dispute"] = self.dispute.provider_id
        return str(self.shop.sandbox.do(command, **args))

    def webhooks_come(self, *, at: datetime | None = None) -> None:
        """Each that has not come yet."""
        events = self.shop.sandbox.notices()
        for provider, event in events[self.told :]:
            self.sends(provider, event, at=at)
        self.told = len(events)
        deliver_all(at=at or now())

    def sends(self, provider: str, event: Any, *, at: datetime | None = None) -> None:
        headers, body = self.shop.sandbox.packed(provider, event)
        known = {name.lower(): value for name, value in headers.items()}
        receive(Kind(provider), known, body, endpoint="platform", at=at or now())

    @property
    def dispute(self) -> Dispute:
        return Dispute.objects.select_related("payment").latest("pk")


def paid(shop: Shop, provider: Kind, heads: int = 2) -> Bank:
    buyer = Buyer(shop)
    payment = buyer.on_the_way_to_pay(provider, heads)
    buyer.pays(payment)
    shop.sandbox.later(2)
    buyer.comes_back(payment)
    payment.refresh_from_db()
    deliver_all(at=now())
    return Bank(shop, payment, told=len(shop.sandbox.notices()))


def states(bank: Bank) -> list[str]:
    return [ticket.state for ticket in tickets_of(bank.order)]


def of_organizer(shop: Shop, provider: Kind) -> dict[str, int]:
    """What it has, positive: pending, available, reserve."""
    found = shop.balances()
    prefix = f"org:{shop.organizer.pk}"
    parts = ("pending", "available", "reserve")
    return {part: -found.get(f"{prefix}:{part}:{provider}", 0) for part in parts}


def at_the_bank(shop: Shop) -> dict[str, int]:
    world = shop.sandbox.world
    return {
        "stripe": sum(balance.sums(world).get("eur", [0])),
        "paypal": book.balance(world, "EUR"),
    }


def in_the_books() -> dict[str, int]:
    return {p: balances.balance(chart.clearing(p), "EUR").minor for p in ("stripe", "paypal")}


def all_is_well(shop: Shop) -> None:
    """Books, bank and invariants agree."""
    assert in_the_books() == at_the_bank(shop)
    assert [row for finding in look(all_checks()) for row in finding.rows] == []
