"""Who may stand at the counter: a phone that may sell, at its own event."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.box_office import invariants
from apps.box_office.models import Till
from apps.box_office.urls import urlpatterns
from apps.checkin.models import Pairing
from apps.checkin.services.pair import revoke
from apps.orders.models import Order
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.api.test_orders import secret_for, send
from tests.factories.box_office import Seller, broken, phone_with, seller_at
from tests.factories.door import make_device, signed_in
from tests.factories.selling import make_event, make_member, make_organizer
from tests.factories.world import buy

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(selin: Seller, parkett: Variant) -> Order:
    selin.opens_till()
    return selin.sells(parkett)


def addresses(slug: str, order: Order, till: Till) -> list[str]:
    """Every page of the counter; a new one is asked here by itself."""
    values = {"slug": slug, "reference": order.reference, "number": str(till.pk)}
    found = []
    for pattern in urlpatterns:
        path = str(pattern.pattern)
        for converter, value in (("slug:", "slug"), ("str:", "reference"), ("int:", "number")):
            path = path.replace(f"<{converter}{value}>", values[value])
        assert "<" not in path
        found.append(f"/{path}")
    return found


def test_nobody_else_opens_any_page(selin: Seller, sold: Order, parkett: Variant) -> None:
    organizer = parkett.event.organizer
    _device, scanner = make_device(parkett.event)
    elsewhere = seller_at(make_event(organizer, at=now()))
    foreign = seller_at(make_event(make_organizer("Schallhof"), at=now()))
    lost, lost_secret = make_device(parkett.event, box_office=True)
    revoke(lost, actor="user:1", at=now())
    knocking = {
        "nobody": Client(headers={"sec-fetch-site": "same-origin"}),
        "owner without a phone": signed_in(make_member(organizer, Role.OWNER)),
        "a phone that only scans": phone_with(scanner),
        "a phone of another event": elsewhere.client,
        "a phone of another organizer": foreign.client,
        "a revoked phone": phone_with(lost_secret),
        "a made-up key": phone_with("nonsense"),
    }
    wrong: list[str] = []
    for address in addresses(parkett.event.slug, sold, selin.till):
        wrong += [
            f"{who}: {address} {answer.status_code}"
            for who, client in knocking.items()
            for answer in (client.get(address), client.post(address, {"float": "1"}))
            if answer.status_code not in {403, 405}
        ]
        assert selin.client.get(address).status_code in {200, 302, 405}, address
    assert wrong == []
    assert (Till.objects.count(), Order.objects.count()) == (1, 1)


def test_a_members_own_phone_sells_while_they_are_one(selin: Seller, parkett: Variant) -> None:
    organizer = parkett.event.organizer
    adil, staff = make_member(organizer, Role.ADMIN), make_member(organizer, Role.STAFF)
    phones = [seller_at(parkett.event, user=member) for member in (adil, staff)]
    assert [phone.opens() for phone in phones] == [200, 200]
    organizer.memberships.all().delete()
    assert [phone.opens() for phone in phones] == [403, 403]


def test_who_opens_the_door_signed_in_sells_when_they_may(parkett: Variant) -> None:
    for role, sells in ((Role.ADMIN, True), (Role.STAFF, False)):
        member = make_member(parkett.event.organizer, role)
        offered = signed_in(member).post(f"/door/{parkett.event.slug}/devices/")
        assert offered.status_code == 302
        assert Pairing.objects.get(created_by=member).box_office is sells


def test_other_orders_are_not_found(selin: Seller, sold: Order, parkett: Variant) -> None:
    online, _payment = buy(parkett.event, parkett, 1, at=now())
    bela = seller_at(parkett.event, name="Kasse 2")
    bela.opens_till()
    unpaid = bela.chooses(parkett)
    elsewhere = make_event(parkett.event.organizer, at=now())
    there = seller_at(elsewhere)
    there.opens_till()
    for reference in (online.reference, unpaid.reference, "NONSENSE"):
        assert selin.opens(f"sales/{reference}/") == 404
        assert selin.sends(f"sales/{reference}/payment/", method="cash") == 404
        assert selin.sends(f"sales/{reference}/return/", reason="x") == 404
    assert there.opens(f"sales/{sold.reference}/") == 404
    assert bela.opens(f"sales/{sold.reference}/") == 200
    assert bela.client.get(f"{selin.at}tills/{selin.till.pk}/").status_code == 404


def test_another_site_cannot_sell(selin: Seller, parkett: Variant) -> None:
    selin.opens_till()
    selin.client.defaults["HTTP_SEC_FETCH_SITE"] = "cross-site"
    answer = selin.client.post(
        f"{selin.at}sales/",
        {"sale": uuid.uuid4(), f"heads-{parkett.pk}": 1},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert (answer.status_code, Order.objects.count()) == (403, 0)


def test_a_sale_at_the_counter_is_paid_at_the_counter(parkett: Variant, selin: Seller) -> None:
    """Online its money would lie elsewhere than in its till."""
    selin.opens_till()
    order = selin.chooses(parkett)
    free = selin.chooses(parkett.event.variants.get(price_minor=0))
    auth = secret_for(parkett.event.organizer, Role.OWNER)
    for one in (order, free):
        answer = send(Client(), f"/orders/{one.reference}/payments", {"provider": "stripe"}, **auth)
        assert (answer.status_code, answer.json()["code"]) == (409, "not_payable")
        one.refresh_from_db()
        assert one.state == "open"
    assert not Payment.objects.exists()
    assert selin.is_paid(order) == selin.is_paid(free) == 200
    assert Ticket.objects.count() == 2
    assert broken(invariants) == []
