"""Whoever opens the demo at another name of this machine is led to the one that its cookies are of."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(autouse=True)
def at_localhost(settings: Settings) -> None:
    settings.PUBLIC_URL = "http://localhost:8051"
    settings.ALLOWED_HOSTS = ["*"]


def opened(host: str, path: str = "/demo/?from=a%20friend", **headers: str) -> tuple[int, str]:
    answer = Client(headers=PAGE | headers | {"Host": host}).get(path)
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.parametrize("name", ["127.0.0.1", "[::1]", "0.0.0.0"])  # noqa: S104 - as it is typed
def test_a_page_is_shown_at_one_name_only(name: str) -> None:
    assert opened(f"{name}:8051") == (302, "http://localhost:8051/demo/?from=a%20friend")


@pytest.mark.parametrize("host", ["localhost:8051", "demo.example:8051", "127.0.0.1:9000"])
def test_the_name_itself_and_what_a_tunnel_brought_stay(host: str) -> None:
    assert opened(host) == (200, "")


def test_programs_and_open_pages_are_answered_where_they_asked() -> None:
    assert opened("127.0.0.1:8051", "/healthz", Accept="*/*")[0] == 200
    assert Client(headers=PAGE | {"Host": "127.0.0.1:8051"}).post("/demo/").status_code == 405


def test_with_tls_it_is_the_address_of_the_network(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://192.168.1.20:8443"
    assert opened("localhost:8443", "/") == (302, "https://192.168.1.20:8443/")
