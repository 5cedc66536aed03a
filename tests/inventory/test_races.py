"""Buyers at the same moment. Each story has its control: the same without the guard."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction

from apps.events.models import Event
from apps.inventory import sql
from apps.inventory.claims import Held, SoldOut, Wish, _claim_skipping, _TooFew, claiming
from apps.inventory.models import FREE, Place
from apps.variants.models import Variant
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.racing import run_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

QUARTER = timedelta(minutes=15)


def buy(event: Event, heads: dict[Variant, int]) -> Held:
    wish = Wish(uuid4(), event.pk, {v.pk: n for v, n in heads.items()}, QUARTER)
    return claiming(lambda claimer: claimer(wish))


def test_fifty_buyers_of_the_last_place_one_gets_it() -> None:
    event = make_event(make_organizer())
    make_quota(event, 1, parkett := make_variant(event))
    results = run_at_once(50, lambda _: buy(event, {parkett: 1}))
    assert sum(isinstance(r, Held) for r in results) == 1
    assert sum(isinstance(r, SoldOut) for r in results) == 49
    assert Place.objects.exclude(claimed_until=FREE).count() == 1


def test_control_checking_before_taking_sells_the_last_place_more_than_once() -> None:
    event = make_event(make_organizer())
    hall = make_quota(event, 1, make_variant(event))

    def naive(_number: int) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            if sql.count_free(hall.pk, limit=1) == 0:
                return False
            cursor.execute("SELECT pg_sleep(0.05)")
            cursor.execute(
                "UPDATE inventory_place SET claim = %s, claimed_until = inventory_now() + '15 min'"
                " WHERE quota_id = %s",
                [uuid4(), hall.pk],
            )
            return True

    results = run_at_once(8, naive)
    assert sum(result is True for result in results) > 1


def test_the_last_places_always_go_to_somebody_in_any_mix_of_quotas() -> None:
    """Ten rounds: buyers who want several of two crossing quotas never leave places and all fail."""
    event = make_event(make_organizer())
    adult, child = make_variant(event, "Adult"), make_variant(event, "Child")
    hall = make_quota(event, 6, adult, child, name="Hall")
    make_quota(event, 6, child, name="Children")
    for _ in range(10):
        Place.objects.all().update(claim=None, claimed_until=FREE)
        results = run_at_once(
            8, lambda n: buy(event, {child: 2} if n % 2 else {adult: 1, child: 1})
        )
        assert [r for r in results if not isinstance(r, Held | SoldOut)] == []
        assert sum(isinstance(r, Held) for r in results) == 3
        assert sql.count_free(hall.pk, limit=10) == 0


def test_control_skipping_alone_tells_a_buyer_sold_out_while_a_place_comes_free() -> None:
    """The other buyer's transaction rolls back: the place was never sold."""
    event = make_event(make_organizer())
    make_quota(event, 1, parkett := make_variant(event))
    wish = Wish(uuid4(), event.pk, {parkett.pk: 1}, QUARTER)

    def indecisive(number: int) -> str:
        if number == 0:
            with transaction.atomic():
                _claim_skipping(wish)
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_sleep(0.5)")
                transaction.set_rollback(True)
            return "changed their mind"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.2)")
        if number == 1:
            with transaction.atomic():
                _claim_skipping(wish)
        buy(event, {parkett: 1})
        return "got it"

    results = run_at_once(3, indecisive)
    assert results[0] == "changed their mind"
    assert isinstance(results[1], _TooFew)
    assert results[2] == "got it"
