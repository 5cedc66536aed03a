"""A person with a browser of their own, without a screen and without a server in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any, cast
from urllib.parse import urlsplit

import httpx
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from apps.demo.journey.browser import Browser, Page
from apps.orders.models import Order
from apps.variants.models import Variant
from tests.buying import Shop
from tests.sandbox_server import SandboxForTests

DETAILS = {"name": "Mira Sandberg", "email": "mira@example.org"}
_numbers = count(1)


def pages_on_our_port(sandbox: SandboxForTests, origin: str) -> None:
    """As in demo mode: the providers' pages are reached through the shop."""
    sandbox.world.options = replace(sandbox.world.options, public_url=f"{origin}/sandbox")


class Visitor(Browser):
    """Remembers every address it asked for. Comes from an address of its own: limits count by it."""

    def __init__(self, shop: Shop, *, language: str = "en") -> None:
        super().__init__(settings.PUBLIC_URL)
        self.shop = shop
        self.asked: list[httpx.Request] = []
        number = next(_numbers)
        transport = httpx.WSGITransport(
            app=cast("Any", get_wsgi_application()),
            remote_addr=f"203.0.{number // 250}.{number % 250 + 1}",
        )
        self.client = httpx.Client(
            transport=transport,
            follow_redirects=True,
            headers={"Accept-Language": language},
            event_hooks={"request": [self.asked.append]},
        )

    def event_page(self) -> Page:
        return self.open(f"/events/{self.shop.event.slug}/")

    def chooses(self, heads: int = 2, variant: Variant | None = None) -> Page:
        """From the event page to the checkout, or to what speaks against it."""
        wanted = variant or self.shop.parkett
        return self.send(self.event_page().form_to("/orders/"), {f"heads-{wanted.pk}": str(heads)})

    def orders(self, checkout: Page, provider: str, **details: str) -> Page:
        """The order button; the page is the provider's."""
        typed = DETAILS | details | {"provider": provider}
        return self.send(checkout.form_to("/checkout/"), typed)

    def on_the_way_to_pay(self, provider: str, heads: int = 2) -> Page:
        return self.orders(self.chooses(heads), provider)

    def presses(self, page: Page, action: str) -> Page:
        """A button of the provider's page."""
        return self.send(page.forms[0], button=("action", action))

    def pays(self, page: Page) -> Page:
        """By the first button of the provider's page."""
        return self.send(page.forms[0], button=page.forms[0].buttons[0])

    def buys(self, provider: str, heads: int = 2) -> Page:
        return self.pays(self.on_the_way_to_pay(provider, heads))

    def posts(self, path: str, fields: Mapping[str, Any] | None = None) -> httpx.Response:
        """A form as it is sent by this site's own page, without following what it answers."""
        headers = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        return self.client.post(
            self.origin + path, data=dict(fields or {}), headers=headers, follow_redirects=False
        )


def order_at(page: Page) -> Order:
    """The order whose page, checkout or ticket it is."""
    return Order.objects.get(reference=urlsplit(page.url).path.split("/")[2])
