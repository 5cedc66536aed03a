"""Somebody who sells at the door, on a paired phone, with the pages as they are."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from apps.box_office.models import Till
from apps.checkin.devices import COOKIE
from apps.checkin.models import Device
from apps.core.invariants import offenders
from apps.events.models import Event
from apps.ledger.balances import all_balances
from apps.orders.models import Order
from apps.variants.models import Variant
from tests.factories.door import make_device

Response = Any  # the test client's


@dataclass
class Seller:
    event: Event
    device: Device
    client: Client
    page: str = field(default="", repr=False)

    @property
    def at(self) -> str:
        return f"/door/{self.event.slug}/box-office/"

    @property
    def till(self) -> Till:
        return Till.objects.get(device=self.device, state="open")

    @property
    def words(self) -> str:
        """The page as it is read: without tags, and blanks made one."""
        main = re.search(r"<main.*</main>", self.page, flags=re.DOTALL)
        assert main is not None
        plain = re.sub(r"<[^>]+>", " ", main[0]).replace("\xa0", " ")
        return re.sub(r"\s+", " ", plain).strip()

    def opens(self, path: str = "") -> int:
        return self._see(self.client.get(self.at + path, follow=True))

    def sends(self, path: str, **data: Any) -> int:
        return self._see(self.client.post(self.at + path, data, follow=True))

    def opens_till(self, cash: str = "100") -> int:
        return self.sends("tills/", float=cash, cashier="Selin", key=uuid.uuid4())

    def chooses(self, variant: Variant, heads: int = 1, sale: object = None) -> Order:
        self.sends("sales/", **{f"heads-{variant.pk}": heads, "sale": sale or uuid.uuid4()})
        return Order.objects.latest("pk")

    def is_paid(self, order: Order, method: str = "cash", **more: Any) -> int:
        return self.sends(f"sales/{order.reference}/payment/", method=method, **more)

    def sells(self, variant: Variant, heads: int = 1, method: str = "cash", **more: Any) -> Order:
        order = self.chooses(variant, heads)
        assert self.is_paid(order, method, **more) == 200
        order.refresh_from_db()
        return order

    def closes_till(self, cash: str, **more: Any) -> int:
        return self.sends("till/closing/", cash=cash, **more)

    def _see(self, response: Response) -> int:
        self.page = response.content.decode(errors="replace")
        return int(response.status_code)


def seller_at(event: Event, **fields: Any) -> Seller:
    defaults: dict[str, Any] = {"name": "Kasse 1", "box_office": True}
    device, secret = make_device(event, **(defaults | fields))
    return Seller(event, device, phone_with(secret))


def phone_with(secret: str) -> Client:
    client = Client(headers={"sec-fetch-site": "same-origin", "Accept-Language": "en"})
    client.cookies[COOKIE] = secret
    return client


def books_of(organizer: int) -> dict[str, int]:
    """Minor units by account, without those at zero; ORG is the organizer."""
    return {
        re.sub(rf"^(\w+):{organizer}(:|$)", r"\1:ORG\2", code): money.minor
        for (code, _), money in all_balances().items()
        if money
    }


def broken(*apps: Any) -> list[str]:
    """What the checks of these `invariants` modules find."""
    checks = [check for app in apps for check in app.CHECKS]
    return [f"{check.name}: {row}" for check in checks for row in offenders(check)]
