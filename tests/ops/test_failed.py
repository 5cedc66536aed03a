from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("trouble", "status", "words"),
    [
        (OperationalError("the server closed the connection"), 503, "One moment"),
        (InterfaceError("connection already closed"), 503, "One moment"),
        (KeyError("x"), 500, "Our mistake"),
    ],
)
def test_what_nobody_caught_has_a_page_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, trouble: Exception, status: int, words: str
) -> None:
    def fail(_order: str) -> None:
        raise trouble

    monkeypatch.setattr("apps.orders.views.loading.find_order", fail)
    answer = Client(raise_request_exception=False).get("/orders/ABCDEFGH/")
    assert (answer.status_code, words in answer.content.decode()) == (status, True)
    assert ("Retry-After" in answer.headers) is (status == 503)
