from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from apps.events.models import Event
from apps.inventory import holds, sql
from apps.inventory.availability import count
from apps.inventory.claims import Claimer, Held, SoldOut, Wish, claiming
from apps.inventory.models import FREE, SOLD, Place
from apps.variants.models import Variant
from tests.clock import shift_claims_clock
from tests.factories.selling import make_quota, make_variant

QUARTER = timedelta(minutes=15)


def claim(
    event: Event, heads: dict[Variant, int], *, over: UUID | None = None
) -> tuple[UUID, Held]:
    key = uuid4()
    wish = Wish(key, event.pk, {v.pk: n for v, n in heads.items()}, QUARTER, over)
    return key, claiming(lambda claimer: claimer(wish))


def test_it_holds_as_many_places_as_heads(event: Event) -> None:
    hall = make_quota(event, 5, parkett := make_variant(event))
    key, held = claim(event, {parkett: 2})
    assert set(held.places) == {hall.pk}
    assert Place.objects.filter(claim=key).count() == held.count == 2
    assert count(event.pk).of(parkett.pk) == 3


def test_it_takes_one_place_in_each_quota_of_the_variant(event: Event) -> None:
    adult, child = make_variant(event, "Adult"), make_variant(event, "Child")
    hall = make_quota(event, 10, adult, child, name="Hall")
    tier = make_quota(event, 4, child, name="Children")
    _key, held = claim(event, {adult: 3, child: 2})
    assert {quota: len(places) for quota, places in held.places.items()} == {hall.pk: 5, tier.pk: 2}


def test_it_takes_all_or_nothing(event: Event) -> None:
    child = make_variant(event, "Child")
    make_quota(event, 10, child, name="Hall")
    tier = make_quota(event, 1, child, name="Children")
    with pytest.raises(SoldOut) as refused:
        claim(event, {child: 2})
    assert (refused.value.quota, refused.value.wanted, refused.value.left) == (tier, 2, 1)
    assert Place.objects.exclude(claimed_until=FREE).count() == 0


def test_a_variant_without_quota_is_unlimited(event: Event) -> None:
    stream = make_variant(event, "Stream")
    _key, held = claim(event, {stream: 500})
    assert (held.count, held.until) == (0, None)
    assert count(event.pk).of(stream.pk) is None


def test_it_finds_every_last_place_whatever_the_start(event: Event) -> None:
    make_quota(event, 7, parkett := make_variant(event))
    for _ in range(7):
        claim(event, {parkett: 1})
    with pytest.raises(SoldOut):
        claim(event, {parkett: 1})


def test_a_lapsed_hold_is_free_by_itself(event: Event) -> None:
    make_quota(event, 2, parkett := make_variant(event))
    first, _held = claim(event, {parkett: 2})
    shift_claims_clock(timedelta(minutes=14))
    with pytest.raises(SoldOut):
        claim(event, {parkett: 1})
    shift_claims_clock(timedelta(minutes=15, seconds=1))
    assert count(event.pk).of(parkett.pk) == 2
    second, _held = claim(event, {parkett: 1})
    assert Place.objects.filter(claim=first).count() == 1
    assert Place.objects.filter(claim=second).count() == 1


def test_a_replacing_claim_keeps_the_places_that_fit_even_when_all_else_is_gone(
    event: Event,
) -> None:
    make_quota(event, 3, parkett := make_variant(event))
    first, before = claim(event, {parkett: 3})
    second, after = claim(event, {parkett: 2}, over=first)
    assert set(*after.places.values()) < set(*before.places.values())
    assert Place.objects.filter(claim=first).count() == 0
    assert Place.objects.filter(claim=second).count() == 2
    assert count(event.pk).of(parkett.pk) == 1


def test_a_failed_attempt_leaves_nothing_held(event: Event) -> None:
    make_quota(event, 3, parkett := make_variant(event))

    def attempt(claimer: Claimer) -> None:
        claimer(Wish(uuid4(), event.pk, {parkett.pk: 1}, QUARTER))
        raise ValueError("the order could not be written")

    with pytest.raises(ValueError, match="could not be written"):
        claiming(attempt)
    assert count(event.pk).of(parkett.pk) == 3


class TestHolds:
    def test_settling_sells_the_claim(self, event: Event) -> None:
        hall = make_quota(event, 3, parkett := make_variant(event))
        key, held = claim(event, {parkett: 2})
        assert holds.settle(key, expected=2) == {hall.pk: sorted(held.places[hall.pk])}
        assert Place.objects.filter(claim=key, claimed_until=SOLD).count() == 2

    def test_settling_says_when_a_place_lapsed_and_went_to_somebody_else(
        self, event: Event
    ) -> None:
        make_quota(event, 2, parkett := make_variant(event))
        key, _held = claim(event, {parkett: 2})
        shift_claims_clock(timedelta(minutes=16))
        claim(event, {parkett: 1})
        with pytest.raises(holds.NotOurs) as lost:
            holds.settle(key, expected=2)
        assert (lost.value.expected, lost.value.found) == (2, 1)

    def test_settling_late_is_fine_while_nobody_took_them(self, event: Event) -> None:
        hall = make_quota(event, 2, parkett := make_variant(event))
        key, _held = claim(event, {parkett: 2})
        shift_claims_clock(timedelta(hours=3))
        assert len(holds.settle(key, expected=2)[hall.pk]) == 2

    def test_extending_never_shortens(self, event: Event) -> None:
        make_quota(event, 2, parkett := make_variant(event))
        key, held = claim(event, {parkett: 1})
        assert held.until is not None
        holds.extend(key, until=held.until - timedelta(minutes=10), expected=1)
        shift_claims_clock(timedelta(minutes=10))
        assert count(event.pk).of(parkett.pk) == 1
        shift_claims_clock(timedelta(0))

    def test_releasing_frees_what_is_held_and_not_what_is_sold(self, event: Event) -> None:
        make_quota(event, 4, parkett := make_variant(event))
        sold, _held = claim(event, {parkett: 1})
        holds.settle(sold, expected=1)
        held, _held = claim(event, {parkett: 2})
        assert holds.release(sold) == 0
        assert holds.release(held) == 2
        assert holds.release(held) == 0
        assert count(event.pk).of(parkett.pk) == 3

    def test_giving_back_frees_named_sold_places(self, event: Event) -> None:
        hall = make_quota(event, 2, parkett := make_variant(event))
        key, held = claim(event, {parkett: 2})
        holds.settle(key, expected=2)
        holds.give_back(key, held.places[hall.pk][:1])
        assert count(event.pk).of(parkett.pk) == 1

    def test_handing_over_moves_settled_places_all_or_none(self, event: Event) -> None:
        hall = make_quota(event, 3, parkett := make_variant(event))
        key, held = claim(event, {parkett: 2})
        with pytest.raises(holds.NotOurs):
            holds.hand_over(key, held.places[hall.pk], to=uuid4())
        holds.settle(key, expected=2)
        friend = uuid4()
        holds.hand_over(key, held.places[hall.pk], to=friend)
        assert [p.id for p in sql.places_of(friend)] == sorted(held.places[hall.pk])
        assert sql.places_of(key) == []
