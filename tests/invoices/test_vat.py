"""VAT ids: a typing error is said at once; whether one is in use VIES says later, or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils.timezone import now
from pytest_django import Settings

from apps.core import vat_ids
from apps.invoices.models import VatCheck
from apps.invoices.services.check_vat import check_again, check_vat
from apps.invoices.vat import is_refused, newest_answer
from tests.factories.invoicing import make_platform, make_show, sell
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db
ACME = "ATU13585627"
GOOD = {"valid": True, "requestIdentifier": "WAPIAAAAY1", "name": "ACME GMBH"}
NOBODY = {"valid": False, "requestIdentifier": "WAPIAAAAY2", "name": "---"}
DOWN = {"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}


class Vies(ThreadingHTTPServer):
    """Answers what it was told to, and keeps what it was asked."""

    answer: Any = GOOD
    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[dict[str, str]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Vies

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.asked.append(json.loads(self.rfile.read(length)))
        body = json.dumps(self.server.answer).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Nothing."""


@pytest.fixture
def vies(settings: Settings) -> Iterator[Vies]:
    server = Vies()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    settings.VIES_API_BASE = address
    settings.OUTBOUND_ALLOWLIST = [address]
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [("de 136 695 976", "DE136695976"), ("ATU13585627", ACME), ("EL094259216", "EL094259216")],
)
def test_it_is_read_as_people_type_it(typed: str, stored: str) -> None:
    assert vat_ids.read(typed) == stored


@pytest.mark.parametrize("typed", ["DE136695977", "ATU13585628", "XX123", "CHE123", ""])
def test_a_wrong_digit_is_no_vat_id(typed: str) -> None:
    with pytest.raises(vat_ids.NotAVatId):
        vat_ids.read(typed)


def test_what_vies_says_is_remembered_with_its_proof(vies: Vies) -> None:
    make_platform()
    check = check_vat(ACME, at=now())
    assert check is not None
    told = (check.answer, check.request_id, check.name)
    assert told == (VatCheck.Answer.VALID, "WAPIAAAAY1", "ACME GMBH")
    assert vies.asked == [
        {
            "countryCode": "AT", "vatNumber": "U13585627",
            "requesterMemberStateCode": "DE", "requesterNumber": "129273398",
        }
    ]  # fmt: skip
    assert check_vat(ACME, at=now() + timedelta(days=29)) is None  # not asked again so soon
    assert len(vies.asked) == 1


def test_an_id_that_nobody_has_is_refused(vies: Vies) -> None:
    vies.answer = NOBODY
    check = check_vat(ACME, at=now())
    assert check is not None
    assert (check.answer, check.name, is_refused(ACME)) == (VatCheck.Answer.INVALID, "", True)


@pytest.mark.parametrize(("answer", "status"), [(DOWN, 200), ({}, 500), ("no object", 200)])
def test_silence_is_no_answer_and_the_one_before_still_counts(
    vies: Vies, answer: Any, status: int
) -> None:
    check_vat(ACME, at=now() - timedelta(days=60))
    vies.answer, vies.status = answer, status
    check = check_vat(ACME, at=now())
    assert check is not None
    assert (check.answer, is_refused(ACME)) == (VatCheck.Answer.UNREACHABLE, False)
    assert VatCheck.objects.filter(answer=VatCheck.Answer.VALID).count() == 1


def test_what_vies_did_not_answer_is_asked_again_and_ever_more_rarely(vies: Vies) -> None:
    vies.answer = DOWN
    began = now()
    check_vat(ACME, at=began)
    asked = [h for h in range(1, 81) if check_again(at=began + timedelta(hours=h))]
    assert asked == [1, 3, 7, 15, 31, 55, 79]

    vies.answer = GOOD
    assert check_again(at=began + timedelta(hours=103)) == 1
    assert newest_answer(ACME) == VatCheck.objects.latest("pk")
    assert check_again(at=began + timedelta(hours=200)) == 0


def test_nobody_listens_and_the_sale_goes_on(settings: Settings) -> None:
    settings.VIES_API_BASE = "http://127.0.0.1:1"
    settings.OUTBOUND_ALLOWLIST = ["http://127.0.0.1:1"]
    _event, variant = make_show()
    order = sell(variant, billing={"company": "Acme", "vat_id": ACME})
    deliver_all(at=now())
    order.refresh_from_db()
    assert order.state == "paid"
    assert VatCheck.objects.get().answer == VatCheck.Answer.UNREACHABLE


def test_a_buyers_id_is_asked_about_once_it_is_sold(vies: Vies) -> None:
    _event, variant = make_show()
    sell(variant, billing={"company": "Acme", "vat_id": ACME})
    assert vies.asked == []
    deliver_all(at=now())
    assert [asked["vatNumber"] for asked in vies.asked] == ["U13585627"]


def test_in_a_demo_nobody_is_asked(settings: Settings) -> None:
    settings.VIES_API_BASE = ""
    assert check_vat(ACME, at=now()) is None
    assert not VatCheck.objects.exists()
