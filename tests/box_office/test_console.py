"""Tills in the organizer's console: what was missing, the file, and a till whose phone is gone."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.box_office.models import Till
from apps.checkin.services.pair import revoke
from apps.variants.models import Variant
from tests.factories.box_office import Seller, books_of
from tests.factories.door import signed_in
from tests.factories.selling import make_member

pytestmark = pytest.mark.django_db

HOME = "/console/box_office/till/"


@pytest.fixture
def owner(parkett: Variant) -> Client:
    return signed_in(make_member(parkett.event.organizer, Role.OWNER))


def test_what_was_paid_at_the_box_office_is_handed_back_by_hand(
    owner: Client, selin: Seller, parkett: Variant
) -> None:
    selin.opens_till("0")
    order = selin.sells(parkett)
    address = f"/console/orders/order/{order.pk}/refund/"
    assert "hand the money back yourself" in owner.get(address).content.decode()
    answer = owner.post(address, {"reason": "called off", "sure": "on"}, follow=True)
    assert "Recorded: now hand the money back." in answer.content.decode()
    assert books_of(parkett.event.organizer_id) == {
        f"till:ORG:{selin.device.pk}": 3800,
        "own_sales:ORG": -3800,
    }


@pytest.fixture
def closed(selin: Seller, parkett: Variant) -> Till:
    selin.opens_till("100")
    till = selin.till
    selin.sells(parkett)
    selin.sells(parkett, method="card")
    selin.closes_till("137.50", terminal="38")
    return till


def test_the_list_and_the_page_tell_the_difference(owner: Client, closed: Till) -> None:
    listed = owner.get(HOME).content.decode()
    assert "Kasse 1" in listed
    assert "-€0.50" in listed
    page = owner.get(f"{HOME}{closed.pk}/overview/").content.decode()
    assert "€0.50 are missing." in page
    assert page.count("There should be") == 2


def test_the_file_has_every_sum(owner: Client, closed: Till) -> None:
    sent = b"".join(owner.get(f"{HOME}csv/").streaming_content).decode()  # type: ignore[attr-defined]  # django-stubs knows no streamed answers of the client
    (row,) = csv.DictReader(io.StringIO(sent.removeprefix("\ufeff")))
    assert (row["Phone"], row["Who sells"], row["State"]) == ("Kasse 1", "Selin", "Closed")
    cash = [row[f"Cash: {word}"] for word in ("Float", "Sale", "There should be", "Counted")]
    assert cash == ["100.00", "38.00", "138.00", "137.50"]
    assert (row["Cash: Difference"], row["Card: Difference"]) == ("'-0.50", "0.00")


def test_a_till_whose_phone_is_gone_is_counted_here(
    owner: Client, selin: Seller, parkett: Variant
) -> None:
    selin.opens_till("10")
    till = selin.till
    selin.sells(parkett)
    assert owner.post(f"{HOME}{till.pk}/closing/", {"cash": "48"}).status_code == 302
    till.refresh_from_db()
    assert till.state == "open"
    revoke(selin.device, actor="user:1", at=now())
    assert "Count what is in it" in owner.get(f"{HOME}{till.pk}/overview/").content.decode()
    assert "48.00" not in owner.get(f"{HOME}{till.pk}/closing/").content.decode()
    for counted in ("40", "48"):
        owner.post(f"{HOME}{till.pk}/closing/", {"cash": counted})
    till.refresh_from_db()
    assert (till.state, till.counted_minor) == ("closed", 4000)
    assert books_of(parkett.event.organizer_id)["till_difference:ORG"] == 800
