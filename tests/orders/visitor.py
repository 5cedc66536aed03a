"""Somebody in a browser: fills in the forms of pages, as they stand there, and follows redirects."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from apps.orders.models import Order
from tests.buying import Shop

Response = Any  # the test client's: a response with `content`, `status_code` and `headers`


@dataclass
class Visitor:
    shop: Shop
    client: Client = field(default_factory=lambda: Client(headers={"Accept-Language": "en"}))
    page: str = ""
    response: Response = None

    def opens(self, address: str) -> int:
        return self._see(self.client.get(address, follow=True))

    def sends(self, address: str, **data: str | int) -> int:
        """As a browser: what is asked for once more (307) is sent once more."""
        form = {name: str(value) for name, value in data.items()}
        response = self.client.post(address, form)
        if response.status_code == 307:
            response = self.client.post(response.headers["Location"], form)
        return self._see(response)

    def chooses(self, heads: int, **more: str) -> int:
        field = f"heads-{self.shop.parkett.pk}"
        return self.sends(f"/events/{self.shop.event.slug}/orders/", **{field: heads}, **more)

    def is_refused(self, heads: int, **more: str) -> str:
        """The words of the page on which the selection comes back, after a redirect."""
        assert self.chooses(heads, **more) == 302
        assert self.goes_to == f"/events/{self.shop.event.slug}/orders/"
        assert self.opens(self.goes_to) == 200
        return self.words

    def page_again(self) -> str:
        """The selection's page, loaded once more."""
        self.opens(f"/events/{self.shop.event.slug}/orders/")
        return self.words

    def checks_out(self, order: Order, **changed: str) -> int:
        data = {"name": "Ada Byron", "email": "ada@example.org", "provider": "stripe"}
        return self.sends(f"/orders/{order.reference}/checkout/", **(data | changed))

    @property
    def goes_to(self) -> str:
        return str(self.response.headers.get("Location", ""))

    @property
    def words(self) -> str:
        """The page as it is read: without tags, and blanks made one."""
        main = re.search(r"<main.*</main>", self.page, flags=re.DOTALL)
        assert main is not None
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0])).strip()

    def _see(self, response: Response) -> int:
        self.response, self.page = response, response.content.decode(errors="replace")
        return int(response.status_code)
