from __future__ import annotations

from typing import Any

import httpx
import pytest

from apps.sandbox.http import Json
from tests.sandbox_server import SandboxForTests


@pytest.fixture
def funded(sandbox: SandboxForTests, paypal: httpx.Client) -> httpx.Client:
    """100.00 EUR at PayPal."""
    sandbox.do("fund", provider="paypal", currency="EUR", amount=10_000)
    return paypal


def send(
    paypal: httpx.Client, *receivers: str, value: str = "10.00", key: str = "run-1"
) -> httpx.Response:
    items = [
        {
            "amount": {"currency": "EUR", "value": value},
            "receiver": receiver,
            "sender_item_id": f"po-{index}",
            "note": "Your ticket sales",
            "recipient_wallet": "PAYPAL",
        }
        for index, receiver in enumerate(receivers)
    ]
    header = {
        "sender_batch_id": key,
        "recipient_type": "EMAIL",
        "email_subject": "Your payout",
        "note": "Thank you",
    }
    return paypal.post("/v1/payments/payouts", json={"sender_batch_header": header, "items": items})


def batch_of(answer: httpx.Response) -> str:
    assert answer.status_code == 201, answer.text
    return str(answer.json()["batch_header"]["payout_batch_id"])


def read(paypal: httpx.Client, batch: str) -> Json:
    whole: Json = paypal.get(f"/v1/payments/payouts/{batch}").json()
    return whole


def balance(paypal: httpx.Client) -> str:
    return str(paypal.get("/v1/reporting/balances").json()["balances"][0]["total_balance"]["value"])


def types(sandbox: SandboxForTests) -> list[str]:
    return [event["event_type"] for _, event in sandbox.notices()]


def test_a_batch_is_paid_step_by_step(sandbox: SandboxForTests, funded: httpx.Client) -> None:
    batch = batch_of(send(funded, "ada@example.com", value="40.00"))
    states = [read(funded, batch)["batch_header"]["batch_status"]]
    for _ in range(2):
        sandbox.later(1.1)
        states.append(read(funded, batch)["batch_header"]["batch_status"])
    item = read(funded, batch)["items"][0]

    assert states == ["PENDING", "PROCESSING", "SUCCESS"]
    assert (item["transaction_status"], item["payout_item"]["sender_item_id"]) == (
        "SUCCESS", "po-0",
    )  # fmt: skip
    assert item["payout_item_fee"] == {"currency": "EUR", "value": "0.80"}
    assert balance(funded) == "59.20"
    assert types(sandbox) == [
        "PAYMENT.PAYOUTSBATCH.PROCESSING",
        "PAYMENT.PAYOUTS-ITEM.SUCCEEDED",
        "PAYMENT.PAYOUTSBATCH.SUCCESS",
    ]


@pytest.mark.parametrize(
    ("local", "first", "later", "left"),
    [
        ("unclaimed", "UNCLAIMED", "UNCLAIMED", "89.80"),
        ("returned", "UNCLAIMED", "RETURNED", "99.80"),
        ("failed", "FAILED", "FAILED", "100.00"),
        ("blocked", "BLOCKED", "BLOCKED", "89.80"),
        ("onhold", "ONHOLD", "ONHOLD", "89.80"),
        ("refunded", "SUCCESS", "REFUNDED", "99.80"),
        ("reversed", "SUCCESS", "REVERSED", "99.80"),
    ],
)
def test_the_receiver_decides_what_becomes_of_an_item(
    sandbox: SandboxForTests, funded: httpx.Client, local: str, first: str, later: str, left: str
) -> None:
    batch = batch_of(send(funded, f"{local}@example.com"))
    sandbox.later(1.1)
    sandbox.later(1.1)
    before = read(funded, batch)
    sandbox.later(21)
    item = funded.get(f"/v1/payments/payouts-item/{before['items'][0]['payout_item_id']}").json()

    assert before["batch_header"]["batch_status"] == "SUCCESS"
    assert before["items"][0]["transaction_status"] == first
    assert item["transaction_status"] == later
    assert balance(funded) == left


def test_an_unclaimed_item_can_be_cancelled_once(
    sandbox: SandboxForTests, funded: httpx.Client
) -> None:
    batch = batch_of(send(funded, "unclaimed@example.com"))
    sandbox.later(1.1)
    sandbox.later(1.1)
    path = f"/v1/payments/payouts-item/{read(funded, batch)['items'][0]['payout_item_id']}/cancel"
    headers = {"Content-Type": "application/json"}
    first, second = funded.post(path, headers=headers), funded.post(path, headers=headers)

    assert (first.status_code, first.json()["transaction_status"]) == (200, "RETURNED")
    assert second.status_code == 400
    assert balance(funded) == "99.80"
    assert types(sandbox)[-1] == "PAYMENT.PAYOUTS-ITEM.CANCELED"


def test_a_batch_id_pays_once_and_names_the_first(
    sandbox: SandboxForTests, funded: httpx.Client
) -> None:
    batch = batch_of(send(funded, "ada@example.com"))
    again = send(funded, "ada@example.com")
    sandbox.later(30 * 24 * 60 * 60 + 2)
    funded.headers["Authorization"] = f"Bearer {sandbox.paypal_token()}"
    late = send(funded, "ada@example.com")

    detail: Any = again.json()["details"][0]
    assert (again.status_code, again.json()["name"]) == (400, "USER_BUSINESS_ERROR")
    assert detail["link"][0]["href"].endswith(f"/v1/payments/payouts/{batch}")
    assert late.status_code == 201


def test_a_denied_batch_moves_nothing_and_frees_its_id(
    sandbox: SandboxForTests, funded: httpx.Client
) -> None:
    batch = batch_of(send(funded, "denied@example.com"))
    sandbox.later(1.1)
    assert read(funded, batch)["batch_header"]["batch_status"] == "DENIED"
    assert balance(funded) == "100.00"
    assert types(sandbox) == ["PAYMENT.PAYOUTSBATCH.DENIED"]
    assert send(funded, "ada@example.com").status_code == 201


def test_a_batch_needs_its_money_and_one_currency(
    sandbox: SandboxForTests, funded: httpx.Client
) -> None:
    poor = send(funded, "ada@example.com", value="98.05")
    batch_of(send(funded, "ada@example.com", value="60.00", key="run-2"))
    taken = send(funded, "ada@example.com", value="60.00", key="run-3")
    items = [
        {"amount": {"currency": currency, "value": "1.00"}, "receiver": "ada@example.com"}
        for currency in ("EUR", "USD")
    ]
    mixed = funded.post(
        "/v1/payments/payouts",
        json={"sender_batch_header": {"sender_batch_id": "run-4"}, "items": items},
    )
    assert (poor.status_code, poor.json()["name"]) == (422, "INSUFFICIENT_FUNDS")
    assert taken.status_code == 422
    assert (mixed.status_code, mixed.json()["name"]) == (400, "USER_BUSINESS_ERROR")


def test_a_plan_for_a_receiver_goes_before_the_address(
    sandbox: SandboxForTests, funded: httpx.Client
) -> None:
    sandbox.do("plan_payout", receiver="QWERTY2345678", state="BLOCKED")
    batch = batch_of(send(funded, "QWERTY2345678", "ada@example.com"))
    sandbox.later(1.1)
    sandbox.later(1.1)
    whole = funded.get(
        f"/v1/payments/payouts/{batch}", params={"page_size": 1, "page": 2, "total_required": True}
    ).json()
    first = read(funded, batch)["items"][0]
    assert first["transaction_status"] == "BLOCKED"
    assert (whole["total_items"], whole["total_pages"], len(whole["items"])) == (2, 2, 1)
    assert whole["items"][0]["transaction_status"] == "SUCCESS"


def test_the_statement_explains_the_balance(sandbox: SandboxForTests, funded: httpx.Client) -> None:
    batch_of(send(funded, "returned@example.com"))
    for seconds in (1.1, 1.1, 21):
        sandbox.later(seconds)
    at = sandbox.world.moment()
    answer = funded.get(
        "/v1/reporting/transactions",
        params={
            "start_date": at.replace(year=at.year - 1, month=12, day=1).isoformat(),
            "end_date": at.isoformat(),
        },
    )
    assert answer.status_code == 400
    answer = funded.get(
        "/v1/reporting/transactions",
        params={"start_date": at.strftime("%Y-%m-%dT00:00:00Z"), "end_date": at.isoformat()},
    )
    lines = [each["transaction_info"] for each in answer.json()["transaction_details"]]
    assert [line["transaction_event_code"] for line in lines] == ["T0300", "T0001", "T1115"]
    assert [line["transaction_amount"]["value"] for line in lines] == ["100.00", "-10.00", "10.00"]
    assert lines[1]["fee_amount"]["value"] == "-0.20"
    assert balance(funded) == "99.80"


def test_events_are_listed_and_sent_again(sandbox: SandboxForTests, funded: httpx.Client) -> None:
    sandbox.do("send_webhooks_to", origin="http://127.0.0.1:9")
    sandbox.do("switch_webhooks", drop=-1)
    batch_of(send(funded, "ada@example.com"))
    sandbox.later(1.1)
    sandbox.later(1.1)
    listed = funded.get(
        "/v1/notifications/webhooks-events",
        params={"event_type": "PAYMENT.PAYOUTSBATCH.SUCCESS", "page_size": 5},
    ).json()
    key = listed["events"][0]["id"]
    answer = funded.post(f"/v1/notifications/webhooks-events/{key}/resend", json={})

    assert listed["count"] == 1
    assert (answer.status_code, answer.json()["id"]) == (202, key)
    states = [(each["event"] == key, each["state"]) for each in sandbox.do("sent")]
    assert states.count((True, "dropped")) == 1
    assert states[0][0]


def test_webhooks_are_managed(funded: httpx.Client) -> None:
    path = "/v1/notifications/webhooks"
    names = [{"name": "PAYMENT.CAPTURE.COMPLETED"}]
    made = funded.post(path, json={"url": "https://shop.example/p/", "event_types": names})
    twice = funded.post(path, json={"url": "https://shop.example/p/", "event_types": names})
    wrong = funded.post(
        path, json={"url": "https://shop.example/q/", "event_types": [{"name": "NO.SUCH"}]}
    )
    one = f"{path}/{made.json()['id']}"

    assert (made.status_code, twice.status_code, wrong.status_code) == (201, 400, 400)
    assert twice.json()["details"][0]["issue"] == "WEBHOOK_URL_ALREADY_EXISTS"
    assert len(funded.get(path).json()["webhooks"]) == 2
    assert funded.get(one).json()["url"] == "https://shop.example/p/"
    assert funded.delete(one).status_code == 204
    assert funded.get(one).status_code == 404
