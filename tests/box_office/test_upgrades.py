"""A ticket becomes a better one at the door: places, tickets, order and books, exact."""

from __future__ import annotations

import uuid
from datetime import datetime

import pytest
from django.utils.timezone import now

from apps.audit.registry import all_checks
from apps.checkin.services.scan import scan
from apps.core.invariants import offenders
from apps.inventory.availability import count
from apps.inventory.models import Draw, Place, Quota
from apps.orders.models import Order, OrderLine, UnitPlace
from apps.orders.services.called_off import holding
from apps.orders.services.expire import expire
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import (
    Amount,
    CalledOff,
    NotRefundable,
    UpgradedSince,
    refund,
    refund_order,
)
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.tickets.tokens import token
from apps.variants.models import Variant
from tests.factories.box_office import Seller, books_of
from tests.factories.door import make_attempt
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.factories.world import buy
from tests.outbox_pump import deliver_all, undelivered

pytestmark = pytest.mark.django_db


@pytest.fixture
def parkett(db: None) -> Variant:
    """A full house: two places in all, both are for the stalls; one of them may be a box."""
    event = make_event(make_organizer(release_at_sale=True), at=now())
    parkett, loge = make_variant(event), make_variant(event, "Loge", price_minor=5800)
    make_quota(event, 2, parkett, loge, name="House")
    make_quota(event, 2, parkett, name="Stalls")
    make_quota(event, 1, loge, name="Boxes")
    buy(event, parkett, 1, at=now())
    return parkett


@pytest.fixture
def ticket(parkett: Variant) -> Ticket:
    """Bought online by Ada; the house is full now."""
    order, _payment = buy(parkett.event, parkett, 1, at=now())
    ticket = Ticket.objects.get(unit__line__order=order)
    ticket.event = parkett.event
    return ticket


@pytest.fixture
def loge(parkett: Variant) -> Variant:
    return Variant.objects.get(event=parkett.event, name="Loge")


def wants(selin: Seller, ticket: Ticket, loge: Variant, sale: object = None) -> int:
    return selin.sends(
        "upgrades/", ticket=ticket.reference, variant=loge.pk, sale=sale or uuid.uuid4()
    )


def begun() -> Order:
    return Order.objects.filter(channel="box_office").latest("pk")


def quotas_of(ticket: Ticket) -> set[str]:
    places = UnitPlace.objects.filter(unit__ticket=ticket)
    return set(places.values_list("place__quota__name", flat=True))


def sold(event_id: int) -> dict[str, int]:
    places = Place.objects.filter(event=event_id, claim__isnull=False)
    names = list(places.values_list("quota__name", flat=True))
    return {quota.name: names.count(quota.name) for quota in Quota.objects.filter(event=event_id)}


def sound(at: datetime) -> list[str]:
    deliver_all(at=at)
    broken = [f"{check.name}: {row}" for check in all_checks() for row in offenders(check)]
    return [*broken, *map(str, undelivered())]


def test_the_difference_buys_the_better_place_in_a_full_house(
    selin: Seller, ticket: Ticket, loge: Variant
) -> None:
    selin.opens_till("0")
    selin.opens(f"upgrades/?ticket={token(ticket)}")
    assert "Loge · + €20.00" in selin.words
    assert wants(selin, ticket, loge) == 200
    order = begun()
    assert (order.total_minor, sold(loge.event_id)) == (
        2000,
        {"House": 2, "Stalls": 2, "Boxes": 1},
    )
    selin.is_paid(order, given=2000)
    assert "QR code: Loge" in selin.page
    ticket.refresh_from_db()
    better = Ticket.objects.get(unit__line__order=order)
    assert (ticket.state, quotas_of(ticket)) == ("transferred", set())
    assert (better.state, better.variant, better.holder_name) == ("valid", loge, "Ada Byron")
    assert quotas_of(better) == {"House", "Boxes"}
    assert sold(loge.event_id) == {"House": 2, "Stalls": 1, "Boxes": 1}
    assert OrderLine.objects.get(order=order).name == "Loge instead of Parkett"
    books = books_of(loge.event.organizer_id)
    assert books[f"till:ORG:{selin.device.pk}"] == 2000
    assert books["fee:platform"] == -480
    assert sound(now()) == []


def test_sent_twice_it_is_one_order_and_two_phones_upgrade_once(
    selin: Seller, ticket: Ticket, loge: Variant
) -> None:
    make_quota(loge.event, 5, name="More boxes")
    selin.opens_till("0")
    sale = uuid.uuid4()
    for _ in range(2):
        wants(selin, ticket, loge, sale)
    first = begun()
    assert Order.objects.filter(channel="box_office").count() == 1
    Quota.objects.filter(name="Boxes").update(name="Old boxes")
    Draw.objects.filter(variant=loge, quota__name="Old boxes").update(
        quota=Quota.objects.get(name="More boxes")
    )
    wants(selin, ticket, loge)
    second = begun()
    assert second.pk != first.pk
    selin.is_paid(second)
    assert "Sold" in selin.words
    selin.is_paid(first)
    assert "Not sold" in selin.words
    assert Ticket.objects.filter(variant=loge).count() == 1


def test_what_is_not_paid_changes_nothing(selin: Seller, ticket: Ticket, loge: Variant) -> None:
    selin.opens_till("0")
    wants(selin, ticket, loge)
    order = begun()
    assert expire(order, at=order.pay_by)
    ticket.refresh_from_db()
    assert (ticket.state, quotas_of(ticket)) == ("valid", {"House", "Stalls"})
    assert sold(loge.event_id) == {"House": 2, "Stalls": 2, "Boxes": 0}
    assert sound(order.pay_by) == []


def test_what_does_not_admit_any_more_is_not_upgraded(
    selin: Seller, ticket: Ticket, loge: Variant
) -> None:
    selin.opens_till("0")
    wants(selin, ticket, loge)
    order = begun()
    block(ticket, reason="lost", actor="user:1", at=now())
    assert wants(selin, ticket, loge) == 409
    selin.is_paid(order)
    assert "Not sold" in selin.words
    assert (Ticket.objects.filter(variant=loge).count(), quotas_of(ticket)) == (
        0,
        {"House", "Stalls"},
    )


def test_who_went_in_stays_who_they_are(selin: Seller, ticket: Ticket, loge: Variant) -> None:
    selin.opens_till("0")
    wants(selin, ticket, loge)
    order = begun()
    scan(make_attempt(ticket, scanned_at=now()), at=now())
    selin.is_paid(order)
    assert "Not sold" in selin.words
    assert wants(selin, ticket, loge) == 409
    assert "went in with this ticket already" in selin.words
    ticket.refresh_from_db()
    assert (ticket.state, books_of(loge.event.organizer_id).get("own_sales:ORG")) == ("valid", None)


def test_a_full_box_and_a_foreign_ticket_are_refused(
    selin: Seller, ticket: Ticket, loge: Variant, parkett: Variant
) -> None:
    selin.opens_till("0")
    wants(selin, ticket, loge)
    selin.is_paid(begun())
    other = Ticket.objects.filter(variant=parkett, state="valid").get()
    assert wants(selin, other, loge) == 409
    assert "sold out" in selin.words
    better = Ticket.objects.get(variant=loge)
    assert wants(selin, better, parkett) == 409
    assert "is an upgrade itself" in selin.words
    elsewhere = make_event(make_organizer("Schallhof"), at=now())
    foreign, _payment = buy(elsewhere, make_variant(elsewhere), 1, at=now())
    theirs = Ticket.objects.get(unit__line__order=foreign)
    assert wants(selin, theirs, loge) == 422
    assert "no such ticket" in selin.words
    assert count(loge.event_id).of(loge.pk) == 0


def test_the_money_goes_back_in_the_order_it_came(
    selin: Seller, ticket: Ticket, loge: Variant
) -> None:
    bought = Order.objects.get(lines__units__ticket=ticket)
    selin.opens_till("0")
    wants(selin, ticket, loge)
    upgrade = begun()
    selin.is_paid(upgrade)
    with pytest.raises(UpgradedSince):
        refund_order(bought, actor="user:1", reason="", at=now())
    selin.sends(f"sales/{upgrade.reference}/return/", reason="ill")
    assert "Given back" in selin.words
    refund = refund_order(bought, actor="user:1", reason="", at=now())
    assert refund
    assert refund.amount_minor == 3800
    with pytest.raises(NotRefundable):
        refund_order(bought, actor="user:1", reason="", at=now())
    assert Ticket.objects.get(variant=loge).state == "refunded"
    assert sold(loge.event_id) == {"House": 1, "Stalls": 1, "Boxes": 0}
    assert books_of(loge.event.organizer_id)["fee:platform"] == -190


def test_called_off_it_is_over_with_though_all_its_money_went_back_before(
    selin: Seller, ticket: Ticket, loge: Variant
) -> None:
    sold = Order.objects.get(lines__units__ticket=ticket)
    giving = Giving("user:1", "the heating failed")
    refund(sold, Amount(sold.total), giving, at=now())
    selin.opens_till("0")
    wants(selin, ticket, loge)
    selin.is_paid(begun())
    assert sold in holding(loge.event)

    over = refund(sold, CalledOff(), giving, at=now())
    assert (over.amount_minor, over.refund) == (0, None)
    assert sold not in holding(loge.event)  # nobody is asked to look at it any more
    with pytest.raises(NotRefundable):
        refund(sold, CalledOff(), giving, at=now())
