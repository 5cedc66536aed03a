"""A program sells tickets: by the documented names, with typed problems."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.accounts.roles import Role
from apps.accounts.services.api_keys import create_api_key, revoke_api_key
from apps.inventory.availability import count
from apps.orders.keys import order_key
from apps.orders.models import Order
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.buying import Buyer, Shop, open_shop
from tests.clock import shift_claims_clock
from tests.factories.codes import make_discount
from tests.factories.invoicing import make_entity
from tests.factories.selling import make_member, make_organizer, make_quota, make_variant
from tests.sandbox_server import SandboxForTests


@pytest.fixture
def shop(db: None, sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


@pytest.fixture
def ada(shop: Shop) -> Buyer:
    return Buyer(shop)


def send(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(
        f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers
    )


def order_body(shop: Shop, quantity: int = 2, **changes: Any) -> dict[str, Any]:
    lines = [{"variant": shop.parkett.pk, "quantity": quantity}]
    person = {"email": "ada@example.org", "name": "Ada Byron"}
    return {"event": shop.event.slug, "lines": lines, **person, **changes}


def place(client: Client, shop: Shop, key: str = "basket-0001", **changes: Any) -> Any:
    return send(client, "/orders", order_body(shop, **changes), **{"Idempotency-Key": key})


def secret_for(organizer: Organizer, role: Role) -> dict[str, str]:
    owner = make_member(organizer, Role.OWNER)
    _key, secret = create_api_key(organizer, name="till", role=role, by=owner, at=now())
    return {"Authorization": f"Bearer {secret}"}


def test_an_order_is_placed_paid_and_its_tickets_are_read(shop: Shop) -> None:
    program, guest = Client(), Client()
    placed = place(program, shop)
    body = placed.json()
    assert placed.status_code == 201
    assert (body["status"], body["total"]) == ("open", {"amount_minor": 7600, "currency": "EUR"})
    path, opened = f"/orders/{body['reference']}", {"X-Order-Key": body["key"]}

    started = send(guest, f"{path}/payments", {"provider": "stripe"}, **opened)
    assert started.status_code == 201
    payment = Payment.objects.get()
    assert started.json()["approval_url"] == payment.redirect_url
    Buyer(shop).pays(payment)
    Buyer(shop).comes_back(payment)

    seen = guest.get(f"/api/v1{path}?key={body['key']}").json()
    assert (seen["status"], len(seen["tickets"]), seen["key"]) == ("paid", 2, None)
    assert {t["status"] for t in seen["tickets"]} == {"valid"}
    assert guest.get(f"/api/v1{path}").status_code == 404
    assert guest.get(f"/api/v1{path}?key={'0' * 32}").json()["code"] == "not_found"


def test_the_same_key_is_the_same_order_and_another_body_is_refused(shop: Shop) -> None:
    client = Client()
    first, again = place(client, shop), place(client, shop)
    assert (again.status_code, again.json()) == (201, first.json())
    other = place(client, shop, quantity=3)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_a_program_with_a_key_buys_for_many_people(shop: Shop) -> None:
    client, auth = Client(), secret_for(shop.organizer, Role.ADMIN)
    for number in range(3):
        body, key = order_body(shop, 1), {"Idempotency-Key": f"basket-{number:04}"}
        assert send(client, "/orders", body, **auth, **key).status_code == 201
    assert Order.objects.count() == 3


def test_a_key_sells_its_own_organizers_events_and_not_from_the_door(shop: Shop) -> None:
    keys = [secret_for(make_organizer("Other"), Role.OWNER), secret_for(shop.organizer, Role.STAFF)]
    for auth in keys:
        refused = send(
            Client(), "/orders", order_body(shop), **auth, **{"Idempotency-Key": "b" * 8}
        )
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert not Order.objects.exists()
    assert count(shop.event.pk).of(shop.parkett.pk) == 10


COMPANY = {
    "company": "Reederei Nordlicht GmbH",
    "street": "Am Kai 12",
    "postcode": "20457",
    "city": "Hamburg",
    "country": "DE",
    "vat_id": "DE136695976",
}


def test_an_order_names_to_whom_its_invoice_goes(shop: Shop) -> None:
    client = Client()
    placed = place(client, shop, invoice=COMPANY | {"vat_id": "de 136 695 976"})
    assert (placed.status_code, placed.json()["invoice"]) == (201, COMPANY)
    assert Order.objects.get().billing == COMPANY
    assert place(client, shop, invoice=COMPANY).json()["code"] == "idempotency_key_reused"
    assert place(Client(), shop, key="basket-0002").json()["invoice"] is None


def test_a_large_invoice_of_an_austrian_seller_needs_a_vat_id(shop: Shop) -> None:
    make_entity(shop.organizer, country="AT")
    Variant.objects.update(price_minor=600_000)
    client = Client()
    refused = place(client, shop, invoice=COMPANY | {"vat_id": ""})
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "vat_id_missing")
    again = place(client, shop, invoice=COMPANY | {"vat_id": ""})
    assert (again.status_code, again.json()["code"]) == (422, "vat_id_missing")
    assert [error["field"] for error in problem["errors"]] == ["invoice.vat_id"]
    assert (Order.objects.get().state, count(shop.event.pk).of(shop.parkett.pk)) == (
        "cancelled",
        10,
    )


def test_who_used_a_code_already_is_refused_again_under_the_same_key(shop: Shop) -> None:
    make_discount(shop.organizer, per_person=1)
    assert place(Client(), shop, code="WELCOME10").status_code == 201
    client = Client(REMOTE_ADDR="203.0.113.8")
    answers = [place(client, shop, key="basket-0002", code="WELCOME10") for _ in range(2)]
    assert [(a.status_code, a.json()["code"]) for a in answers] == [
        (409, "code_once_per_person"),
        (409, "code_once_per_person"),
    ]
    assert sorted(Order.objects.values_list("state", flat=True)) == ["cancelled", "open"]
    assert count(shop.event.pk).of(shop.parkett.pk) == 8


@pytest.mark.parametrize(
    ("changes", "code", "fields"),
    [
        ({"street": " "}, "invoice_incomplete", ["invoice.street"]),
        ({"city": "", "postcode": ""}, "invoice_incomplete", ["invoice.postcode", "invoice.city"]),
        ({"vat_id": "DE136695977"}, "vat_id_invalid", ["invoice.vat_id"]),
        ({"country": "XX"}, "invoice_incomplete", ["invoice.country"]),
        ({"country": "Germany"}, "invalid", ["body.invoice.country"]),
        ({"company": "x" * 121}, "invalid", ["body.invoice.company"]),
        (dict.fromkeys(COMPANY, "") | {"country": "DE"}, "invoice_incomplete", []),
    ],
)
def test_an_invoice_that_cannot_be_written_is_refused_before_anything_is_held(
    shop: Shop, changes: dict[str, str], code: str, fields: list[str]
) -> None:
    refused = place(Client(), shop, invoice=COMPANY | changes)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, code)
    assert [error["field"] for error in problem.get("errors", [])] == fields
    assert (Order.objects.count(), count(shop.event.pk).of(shop.parkett.pk)) == (0, 10)


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"event": "no-such-event"}, 404, "not_found"),
        ({"lines": []}, 422, "invalid"),
        ({"lines": [{"variant": 999999, "quantity": 1}]}, 422, "unknown_variant"),
        ({"email": "ada"}, 422, "invalid"),
        ({"quantity": 0}, 422, "invalid"),
        ({"quantity": 11}, 409, "too_many"),
    ],
)
def test_what_cannot_be_ordered_says_why(
    shop: Shop, changes: dict[str, Any], status: int, code: str
) -> None:
    response = place(Client(), shop, **changes)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["Content-Type"] == "application/problem+json"
    assert not Order.objects.exists()


def test_without_an_idempotency_key_nothing_is_ordered(shop: Shop) -> None:
    response = send(Client(), "/orders", order_body(shop))
    assert (response.status_code, response.json()["code"]) == (422, "invalid")


def test_sold_out_and_full_are_told_apart(shop: Shop) -> None:
    few = make_variant(shop.event, "Few")
    make_quota(shop.event, 2, few, name="Few")
    line = [{"variant": few.pk, "quantity": 3}]
    left = place(Client(), shop, key="few-few-0", lines=line).json()
    assert (left["code"], left["left"]) == ("tier_capacity_exceeded", 2)
    place(Client(), shop, key="few-few-1", lines=[{"variant": few.pk, "quantity": 2}])
    gone = place(Client(), shop, key="few-few-2", lines=line)
    assert (gone.status_code, gone.json()["code"]) == (409, "sold_out")


def test_one_unpaid_order_per_buyer_and_event(shop: Shop) -> None:
    client = Client()
    user = make_member(make_organizer("Other"), Role.STAFF)
    client.force_login(user)
    same_site = {"Origin": "http://testserver"}
    key = {"Idempotency-Key": "basket-0001"}
    first = send(client, "/orders", order_body(shop), **key, **same_site)
    second = send(
        client, "/orders", order_body(shop), **{"Idempotency-Key": "basket-0002"}, **same_site
    )
    assert first.status_code == 201
    assert (second.status_code, second.json()["code"]) == (409, "open_order_exists")
    assert second.json()["order"] == first.json()["reference"]


def test_a_session_is_worth_nothing_from_another_site(shop: Shop) -> None:
    client = Client()
    client.force_login(make_member(shop.organizer, Role.OWNER))
    headers = {"Idempotency-Key": "basket-0001", "Sec-Fetch-Site": "cross-site"}
    response = send(client, "/orders", order_body(shop), **headers)
    assert (response.status_code, response.json()["code"]) == (403, "cross_site")


def test_an_unpaid_order_is_cancelled_and_a_paid_one_not(shop: Shop) -> None:
    client = Client()
    body = place(client, shop).json()
    opened = {"X-Order-Key": body["key"]}
    path = f"/orders/{body['reference']}/cancellation"
    assert send(client, path, {"reason": "no time"}, **opened).json()["status"] == "cancelled"
    again = send(client, f"/orders/{body['reference']}/payments", {"provider": "paypal"}, **opened)
    assert (again.status_code, again.json()["code"]) == (409, "not_payable")


def test_an_order_without_a_name_is_finished_on_its_page_first(shop: Shop, ada: Buyer) -> None:
    order = ada.chooses(2)
    path, opened = f"/orders/{order.reference}/payments", {"X-Order-Key": order_key(order)}
    refused = send(Client(), path, {"provider": "stripe"}, **opened)
    assert (refused.status_code, refused.json()["code"]) == (409, "details_missing")
    assert not Payment.objects.exists()
    ada.fills_in(order)
    assert send(Client(), path, {"provider": "stripe"}, **opened).status_code == 201


@pytest.mark.parametrize("price_minor", [3800, 0])
def test_places_that_somebody_else_has_now_are_gone(
    sandbox: SandboxForTests, db: None, price_minor: int
) -> None:
    shop = open_shop(sandbox, price_minor=price_minor)
    body = place(Client(), shop).json()
    shift_claims_clock(timedelta(minutes=16))  # the database's clock decides, not ours
    assert place(Client(), shop, key="basket-0002", quantity=10).status_code == 201
    path, opened = f"/orders/{body['reference']}/payments", {"X-Order-Key": body["key"]}
    gone = send(Client(), path, {"provider": "paypal"}, **opened)
    assert (gone.status_code, gone.json()["code"]) == (409, "places_gone")
    assert Order.objects.get(reference=body["reference"]).state == "open"
    assert (Payment.objects.count(), Ticket.objects.count()) == (0, 0)


def test_a_free_order_asked_for_again_is_the_same_sale(sandbox: SandboxForTests, db: None) -> None:
    shop = open_shop(sandbox, price_minor=0)
    body = place(Client(), shop).json()
    path, opened = f"/orders/{body['reference']}/payments", {"X-Order-Key": body["key"]}
    first, again = (send(Client(), path, {"provider": "paypal"}, **opened) for _ in range(2))
    assert (first.status_code, first.json()["status"]) == (201, "captured")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (Ticket.objects.count(), Payment.objects.count()) == (2, 0)


def test_keys_can_be_revoked_and_wrong_ones_are_refused(shop: Shop) -> None:
    auth = secret_for(shop.organizer, Role.ADMIN)
    path = f"/api/v1/events/{shop.event.slug}"
    assert Client().get(path, headers=auth).status_code == 200
    key = shop.organizer.api_keys.get()
    assert key.created_by is not None
    revoke_api_key(key, by=key.created_by, at=now())
    refused = Client().get(path, headers=auth)
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    for wrong in ("Bearer pk_nonsense", "Bearer a.b.c", "Basic YTpi"):
        assert Client().get(path, headers={"Authorization": wrong}).status_code == 401
