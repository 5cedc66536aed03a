from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from apps.events.models import Event
from apps.inventory import holds
from apps.inventory.claims import SoldOut, Wish, claim_now
from apps.inventory.models import Draw, Place
from apps.inventory.rebind import Holding, lock_event, rebind
from apps.inventory.resize import TooSmall, resize
from apps.variants.models import Variant
from tests.factories.selling import make_quota, make_variant

QUARTER = timedelta(minutes=15)


def hold(event: Event, variant: Variant, heads: int) -> Wish:
    wish = Wish(uuid4(), event.pk, {variant.pk: heads}, QUARTER)
    claim_now(wish)
    return wish


def test_growing_adds_places(event: Event) -> None:
    hall = make_quota(event, 10)
    resize(hall, 25_000)
    assert (hall.capacity, hall.places.count()) == (25_000, 25_000)


def test_shrinking_removes_free_places_only(event: Event) -> None:
    hall = make_quota(event, 10, parkett := make_variant(event))
    sold = hold(event, parkett, 3)
    holds.settle(sold.claim, expected=3)
    hold(event, parkett, 2)
    resize(hall, 5)
    assert (hall.capacity, hall.places.count()) == (5, 5)
    assert Place.objects.filter(claim=sold.claim).count() == 3


def test_shrinking_below_sold_and_held_is_refused_with_the_numbers(event: Event) -> None:
    hall = make_quota(event, 10, parkett := make_variant(event))
    holds.settle(hold(event, parkett, 3).claim, expected=3)
    hold(event, parkett, 2)
    with pytest.raises(TooSmall) as refused:
        resize(hall, 4)
    assert (refused.value.sold, refused.value.held, refused.value.asked) == (3, 2, 4)
    assert hall.places.count() == 10


def test_growing_after_shrinking_finds_new_numbers(event: Event) -> None:
    hall = make_quota(event, 4)
    resize(hall, 2)
    resize(hall, 6)
    assert hall.places.count() == 6


class TestRebind:
    def test_what_is_sold_and_held_moves_along(self, event: Event) -> None:
        hall, tent = make_quota(event, 5, parkett := make_variant(event)), make_quota(event, 5)
        sold, held = hold(event, parkett, 2), hold(event, parkett, 1)
        old = holds.settle(sold.claim, expected=2)
        lock_event(event.pk)
        kept = Place.objects.get(claim=held.claim)
        gained = rebind(
            parkett,
            [tent],
            [
                Holding(sold.claim, 2, None, old),
                Holding(held.claim, 1, None, {hall.pk: [kept.pk]}),
            ],
        )
        assert [len(places[tent.pk]) for places in gained] == [2, 1]
        assert hall.places.filter(claim__isnull=False).count() == 0
        assert list(Draw.objects.filter(variant=parkett).values_list("quota_id")) == [(tent.pk,)]

    def test_a_quota_that_is_too_small_is_refused_with_the_numbers(self, event: Event) -> None:
        hall, cellar = make_quota(event, 5, parkett := make_variant(event)), make_quota(event, 1)
        sold = hold(event, parkett, 2)
        old = holds.settle(sold.claim, expected=2)
        lock_event(event.pk)
        with pytest.raises(SoldOut) as refused:
            rebind(parkett, [cellar], [Holding(sold.claim, 2, None, old)])
        assert (refused.value.wanted, refused.value.left) == (2, 1)
        assert hall.places.filter(claim=sold.claim).count() == 2
