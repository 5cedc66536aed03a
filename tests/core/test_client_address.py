from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.core.client_address import ClientAddressMiddleware


def address_of(forwarded: str) -> str:
    seen: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request.META["REMOTE_ADDR"])
        return HttpResponse()

    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    ClientAddressMiddleware(view)(RequestFactory(headers=headers).get("/"))
    return seen[0]


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.2.3.4, 203.0.113.7", "203.0.113.7"),  # the first one is what the visitor claims
        ("2001:db8::7", "2001:db8::7"),
        ("nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_behind_a_proxy_its_word_counts(settings: Any, forwarded: str, address: str) -> None:
    settings.BEHIND_PROXY = True
    assert address_of(forwarded) == address


def test_without_a_proxy_the_header_is_hearsay(settings: Any) -> None:
    settings.BEHIND_PROXY = False
    assert address_of("203.0.113.7") == "127.0.0.1"
