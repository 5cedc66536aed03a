"""From a selection to an order that holds its places: what is held, what is refused, what is one."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.accounts.models import ClubMember
from apps.inventory.availability import count
from apps.inventory.claims import SoldOut
from apps.inventory.models import Place
from apps.orders.buyers import browser_buyer, user_buyer
from apps.orders.models import Order
from apps.orders.services.place import (
    OPEN_ORDERS_PER_BUYER_MAX,
    AlreadyPaid,
    Circumstances,
    Idempotency,
    KeyReused,
    OpenOrderExists,
    Selection,
    TooManyHolds,
    UnknownVariant,
    place,
    replace,
)
from apps.orders.services.refused import Refused
from apps.orders.states import OrderState
from apps.payments.gateways.base import Kind
from apps.variants.refusals import Reason
from tests.buying import Buyer, Shop
from tests.factories.selling import make_event, make_quota, make_user, make_variant
from tests.racing import run_at_once


def left(shop: Shop) -> int | None:
    return count(shop.event.pk).of(shop.parkett.pk)


def test_an_order_keeps_what_was_sold_as_it_was(shop: Shop, ada: Buyer) -> None:
    order = ada.chooses(2)
    line = order.lines.get()
    assert (order.state, order.total_minor, order.fee_minor) == (OrderState.OPEN, 7600, 380)
    assert (line.name, line.quantity, line.unit_price_minor) == ("Parkett", 2, 3800)
    assert (line.tax_minor, line.fee_minor) == (497, 380)
    assert Place.objects.filter(claim=order.claim).count() == 2
    assert 14 * 60 < (order.pay_by - order.created_at).total_seconds() < 16 * 60


def test_a_second_choice_offers_to_continue_the_first(shop: Shop, ada: Buyer) -> None:
    first = ada.chooses(2)
    with pytest.raises(OpenOrderExists) as exists:
        ada.chooses(3)
    assert exists.value.order == first
    assert left(shop) == 8


def test_replacing_is_one_step_and_keeps_the_places_that_fit(shop: Shop, ada: Buyer) -> None:
    first = ada.chooses(10)
    buyer = browser_buyer(ada.browser, address="203.0.113.7")
    selection = Selection(shop.event, {shop.parkett.pk: 4})
    second = replace(first, selection, buyer, Circumstances(), at=now())
    first.refresh_from_db()
    assert (first.state, first.replaced_by, left(shop)) == (OrderState.CANCELLED, second, 6)
    assert Place.objects.filter(claim=first.claim).count() == 0


def test_what_cannot_replace_leaves_the_first_order_as_it_was(shop: Shop, ada: Buyer) -> None:
    Buyer(shop).chooses(8)
    first = ada.chooses(2)
    buyer = browser_buyer(ada.browser, address="203.0.113.7")
    with pytest.raises(SoldOut):
        replace(
            first, Selection(shop.event, {shop.parkett.pk: 3}), buyer, Circumstances(), at=now()
        )
    first.refresh_from_db()
    assert (first.state, Place.objects.filter(claim=first.claim).count()) == (OrderState.OPEN, 2)


def test_a_paid_order_is_not_replaced(shop: Shop, ada: Buyer) -> None:
    payment = ada.on_the_way_to_pay(Kind.STRIPE)
    ada.pays(payment)
    order = ada.comes_back(payment)
    buyer = browser_buyer(ada.browser, address="203.0.113.7")
    with pytest.raises(AlreadyPaid):
        replace(
            order, Selection(shop.event, {shop.parkett.pk: 1}), buyer, Circumstances(), at=now()
        )
    assert left(shop) == 8


def test_replacing_twice_leads_to_the_order_of_the_first_time(shop: Shop, ada: Buyer) -> None:
    first = ada.chooses(2)
    buyer = browser_buyer(ada.browser, address="203.0.113.7")
    selection = Selection(shop.event, {shop.parkett.pk: 3})
    second = replace(first, selection, buyer, Circumstances(), at=now())
    with pytest.raises(AlreadyPaid) as again:
        replace(first, selection, buyer, Circumstances(), at=now())
    assert again.value.order == second
    assert (Order.objects.count(), left(shop)) == (2, 7)


def test_nobody_holds_more_than_a_few_orders(shop: Shop, ada: Buyer) -> None:
    buyer = browser_buyer(ada.browser, address="203.0.113.7")
    for _ in range(OPEN_ORDERS_PER_BUYER_MAX):
        event = make_event(shop.organizer, at=now())
        variant = make_variant(event)
        place(Selection(event, {variant.pk: 1}), buyer, Circumstances(), at=now())
    with pytest.raises(TooManyHolds):
        ada.chooses(1)
    assert left(shop) == 10


def test_a_key_gives_the_same_order_and_never_another(shop: Shop, ada: Buyer) -> None:
    def again(request_hash: str) -> Order:
        circumstances = Circumstances(idempotency=Idempotency("key:1", "basket", request_hash))
        buyer = browser_buyer(ada.browser, address="203.0.113.7")
        return place(Selection(shop.event, {shop.parkett.pk: 1}), buyer, circumstances, at=now())

    assert again("a") == again("a")
    with pytest.raises(KeyReused):
        again("b")
    assert left(shop) == 9


def test_a_variant_of_another_event_is_unknown(shop: Shop, ada: Buyer) -> None:
    foreign = make_variant(make_event(shop.organizer, at=now()))
    buyer = browser_buyer(ada.browser, address="203.0.113.7")
    with pytest.raises(UnknownVariant):
        place(Selection(shop.event, {foreign.pk: 1}), buyer, Circumstances(), at=now())


def test_members_only_needs_a_proven_address_on_the_list(shop: Shop) -> None:
    club = make_variant(shop.event, "Club", members_only=True)
    make_quota(shop.event, 5, club, name="Club")
    member = make_user("member@example.org")
    ClubMember.objects.create(organizer=shop.organizer, email="member@example.org")
    selection = Selection(shop.event, {club.pk: 1})

    def tries() -> Order:
        buyer = user_buyer(member, address="203.0.113.7")
        return place(selection, buyer, Circumstances(email="member@example.org"), at=now())

    with pytest.raises(Refused) as refused:
        tries()
    assert [r.reason for r in refused.value.refusals] == [Reason.MEMBERS_ONLY]
    member.emailaddress_set.create(email="member@example.org", verified=True, primary=True)
    assert tries().state == OrderState.OPEN


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_order(shop: Shop) -> None:
    ada = Buyer(shop)
    results = run_at_once(6, lambda _: ada.chooses(2))
    orders = [r for r in results if isinstance(r, Order)]
    others = [r for r in results if not isinstance(r, Order | OpenOrderExists)]
    assert (len(orders), others) == (1, [])
    assert Order.objects.count() == 1
    assert Place.objects.filter(claim__isnull=False).count() == 2
