"""A whole purchase by a browser: event page, selection, checkout, provider, ticket on the screen."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings

from apps.demo.journey.browser import Form, Page
from bench.load import Operation
from bench.visitors import Unexpected, new_address
from bench.world import Show

PROVIDERS = ("stripe", "paypal")
_numbers = itertools.count(1)


class Buyer:
    """Keeps cookies and an address, and goes to the provider's own door instead of through the shop's."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        transport = httpx.HTTPTransport(local_address=new_address(), verify=False)
        self.client = httpx.Client(transport=transport, timeout=60)

    def open(self, path: str) -> Page:
        return self._follow(self.client.get(urljoin(self.origin, path)))

    def send(self, form: Form, fields: dict[str, str]) -> Page:
        headers = {"Sec-Fetch-Site": "same-origin"}
        url, data = _provider(form.action), form.fields | fields
        response = self.client.post(url, data=data, headers=headers)
        if response.status_code == 307:  # sent once more, with the cookie that came
            url = urljoin(url, response.headers["Location"])
            response = self.client.post(url, data=data, headers=headers)
        return self._follow(response)

    def _follow(self, response: httpx.Response) -> Page:
        while response.has_redirect_location:
            there = urljoin(str(response.url), response.headers["Location"])
            response = self.client.get(_provider(there))
        if response.status_code != 200:
            raise Unexpected(f"{response.url}: {response.status_code} {response.text[:300]}")
        return Page(response)


def _provider(url: str) -> str:
    """The demo shows the sandbox on the shop's port, which costs the shop what no real shop pays."""
    parts = urlsplit(url)
    if not parts.path.startswith("/sandbox/"):
        return url
    path = parts.path.removeprefix("/sandbox") + (f"?{parts.query}" if parts.query else "")
    return str(settings.SANDBOX_URL) + path


def _ticket(order: Page) -> str:
    """
    :raises Unexpected: there is none on the page, so the order is not paid.
    """
    start = order.url.partition("?")[0] + "tickets/"
    for link in order.links:
        if link.startswith(start) and link.endswith("/"):
            return link
    raise Unexpected(f"{order.url} links to no ticket: {order.text[:2000]}")


def buy(origin: str, show: Show) -> Callable[[], Operation]:
    """Two tickets, each time another buyer, at Stripe and PayPal in turn."""

    def client() -> Operation:
        providers = itertools.cycle(PROVIDERS)

        def purchase() -> None:
            buyer = Buyer(origin)
            number, provider = next(_numbers), next(providers)
            page = buyer.open(f"/events/{show.event.slug}/")
            checkout = buyer.send(page.form_to("/orders/"), {f"heads-{show.variants[0]}": "2"})
            details = {
                "name": "Mira Sandberg",
                "email": f"mira-{number}@besuch.example",
                "provider": provider,
            }
            paying = buyer.send(checkout.form_to("/checkout/"), details)
            order = buyer.send(paying.forms[0], dict(paying.forms[0].buttons[:1]))
            buyer.open(_ticket(order))
            buyer.client.close()

        return purchase

    return client
