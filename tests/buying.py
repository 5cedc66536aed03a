"""A shop with one event on sale, and a buyer who can be told what to do, step by step."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.core.money import Money
from apps.events.models import Event
from apps.inventory.models import Quota
from apps.ledger.balances import all_balances
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order, OrderPayment
from apps.orders.services.details import Details, save_details
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.settle import settle
from apps.orders.services.start_payment import Addresses, start_payment
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.sandbox_server import SandboxForTests

BACK = Addresses("https://shop.example/back/", "https://shop.example/cancelled/")


@dataclass
class Shop:
    sandbox: SandboxForTests
    organizer: Organizer
    event: Event
    parkett: Variant
    hall: Quota

    def balances(self) -> dict[str, int]:
        """Minor units by account, without those at zero."""
        return {code: money.minor for (code, _), money in all_balances().items() if money}


def open_shop(sandbox: SandboxForTests, *, capacity: int = 10, price_minor: int = 3800) -> Shop:
    organizer = make_organizer()
    event = make_event(organizer, at=now())
    parkett = make_variant(event, price_minor=price_minor)
    return Shop(sandbox, organizer, event, parkett, make_quota(event, capacity, parkett))


@dataclass
class Buyer:
    """Somebody in a browser of their own."""

    shop: Shop
    browser: UUID = field(default_factory=uuid.uuid4)

    def chooses(self, heads: int = 2, *, at: datetime | None = None) -> Order:
        selection = Selection(self.shop.event, {self.shop.parkett.pk: heads})
        buyer = browser_buyer(self.browser, address="203.0.113.7")
        return place(selection, buyer, Circumstances(), at=at or now())

    def fills_in(self, order: Order, *, at: datetime | None = None) -> Order:
        details = Details(email="Ada@Example.org", name="Ada Byron", language="de")
        save_details(order, details, at=at or now())
        return order

    def goes_to(self, provider: Kind, order: Order, *, at: datetime | None = None) -> Payment:
        return start_payment(order, provider, BACK, at=at or now())

    def on_the_way_to_pay(self, provider: Kind, heads: int = 2) -> Payment:
        return self.goes_to(provider, self.fills_in(self.chooses(heads)))

    def pays(self, payment: Payment, how: str = "") -> None:
        """On the provider's page."""
        if payment.provider == Kind.STRIPE:
            self.shop.sandbox.do("pay", session=payment.ids["session"], how=how or "pay")
        else:
            self.shop.sandbox.do("approve", order=payment.ids["order"], how=how or "approve")

    def pays_by_card_what_differs(self, payment: Payment, **told: Any) -> None:
        """On Stripe's page; what Stripe then tells of the session is not what was asked."""
        self.pays(payment)
        store, session = self.shop.sandbox.world.store, payment.ids["session"]
        store.put("checkout.session", session, store.need("checkout.session", session) | told)

    def comes_back(self, payment: Payment, *, at: datetime | None = None) -> Order:
        return settle(payment, actor="browser", at=at or now())


def order_of(payment: Payment) -> Order:
    return OrderPayment.objects.select_related("order").get(payment=payment).order


def tickets_of(order: Order) -> list[Ticket]:
    return list(Ticket.objects.filter(unit__line__order=order))


def eur(minor: int) -> Money:
    return Money(minor, "EUR")
