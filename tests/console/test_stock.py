"""Capacity and who draws from what, as organizers type it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.console import stock
from apps.events.models import Event
from apps.inventory.models import Place, Quota
from apps.orders.models import UnitPlace
from apps.variants.models import Variant
from apps.variants.states import VariantState
from tests.console.test_journey import event_form, variant_row
from tests.factories.selling import make_event, make_quota, make_variant
from tests.factories.world import buy, order_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(organizer: Organizer) -> Event:
    return make_event(organizer, at=now())


def save(desk: Client, event: Event, *, to: str = "console", **fields: str) -> str:
    """The form as it stands, with some fields typed over; what the answer says."""
    form = event_form(venue=str(event.venue_id), starts_at="2031-03-21T20:00")
    variants = list(event.variants.order_by("position", "pk"))
    form |= {
        "variants-TOTAL_FORMS": str(len(variants)),
        "variants-INITIAL_FORMS": str(len(variants)),
    }
    for number, variant in enumerate(variants):
        own = stock.own_quota(variant)
        form |= variant_row(
            number,
            id=str(variant.pk),
            event=str(event.pk),
            name=variant.name,
            places=str(own.capacity) if own else "",
        )
    form |= fields
    answer = desk.post(f"/{to}/events/event/{event.pk}/change/", form, follow=True)
    return answer.content.decode()


def test_shrinking_below_what_is_taken_is_refused_at_the_field(desk: Client, event: Event) -> None:
    parkett = make_variant(event)
    quota = make_quota(event, 10, parkett)
    buy(event, parkett, 3, at=now())
    order_of(event, parkett, 2, at=now())
    said = save(desk, event, **{"variants-0-places": "4"})
    assert "3 are sold and 2 held just now: not fewer than 5." in said
    quota.refresh_from_db()
    assert (quota.capacity, Place.objects.count()) == (10, 10)

    save(desk, event, **{"variants-0-places": "5"})
    quota.refresh_from_db()
    assert (quota.capacity, Place.objects.count()) == (5, 5)


def test_growing_a_sold_out_variant_puts_it_on_sale_again(desk: Client, event: Event) -> None:
    parkett = make_variant(event, state=VariantState.SOLD_OUT)
    make_quota(event, 2, parkett)
    buy_all = make_variant(event, "Rang")
    make_quota(event, 1, buy_all)
    save(desk, event, **{"variants-0-places": "3"})
    parkett.refresh_from_db()
    event.refresh_from_db()
    assert parkett.state == VariantState.LIVE
    assert event.revision > 1


def test_a_cap_over_all_takes_a_place_for_everything_sold(desk: Client, event: Event) -> None:
    parkett, rang = make_variant(event), make_variant(event, "Rang")
    make_quota(event, 10, parkett)
    make_quota(event, 10, rang, name="Rang")
    buy(event, parkett, 2, at=now())
    said = save(desk, event, max_attendees="1")
    assert "Nothing is saved" in said
    assert not Quota.objects.filter(is_event_cap=True).exists()

    save(desk, event, max_attendees="15")
    whole = Quota.objects.get(is_event_cap=True)
    assert whole.capacity == 15
    assert stock.usage([whole.pk])[whole.pk] == stock.Usage(sold=2)
    assert UnitPlace.objects.count() == 4
    assert stock.capacity(event) == 15

    save(desk, event, max_attendees="")
    assert not Quota.objects.filter(is_event_cap=True).exists()
    assert UnitPlace.objects.count() == 2


def test_several_variants_share_a_quota(desk: Client, event: Event) -> None:
    adult, child = make_variant(event, "Adult"), make_variant(event, "Child")
    save(
        desk,
        event,
        **{
            "quotas-TOTAL_FORMS": "1",
            "quotas-0-name": "Hall",
            "quotas-0-places": "7",
            "quotas-0-drawn_by": str(adult.pk),
        },
    )
    # One variant alone: it is told at the variant from now on.
    assert stock.own_quota(adult) == Quota.objects.get(name="Hall")
    stock.draw_from(Quota.objects.get(name="Hall"), [adult, child])
    assert list(stock.shared_quotas(event)) == [Quota.objects.get(name="Hall")]
    assert stock.capacity(event) == 7


def test_a_quota_in_use_stays(desk: Client, event: Event) -> None:
    adult, child = make_variant(event, "Adult"), make_variant(event, "Child")
    hall = make_quota(event, 7, adult, child)
    buy(event, adult, 1, at=now())
    rows = {
        "quotas-TOTAL_FORMS": "1",
        "quotas-INITIAL_FORMS": "1",
        "quotas-0-id": str(hall.pk),
        "quotas-0-event": str(event.pk),
        "quotas-0-name": "Hall",
        "quotas-0-places": "7",
        "quotas-0-drawn_by": str(adult.pk),
        "quotas-0-DELETE": "on",
    }
    said = save(desk, event, **rows)
    assert "“Hall” has 1 sold and 0 held tickets: it must stay." in said
    assert Quota.objects.filter(pk=hall.pk).exists()
    with pytest.raises(stock.StillUsed):
        stock.remove(hall)


def test_an_unused_quota_goes(event: Event) -> None:
    variant = make_variant(event)
    stock.remove(make_quota(event, 7, variant))
    assert not Place.objects.exists()
    assert list(variant.quotas.all()) == []


def test_the_capacity_is_an_upper_bound(event: Event) -> None:
    assert stock.capacity(event) is None
    adult, child = make_variant(event, "Adult"), make_variant(event, "Child")
    assert stock.capacity(event) is None
    make_quota(event, 10, adult)
    assert stock.capacity(event) is None  # children are not limited
    make_quota(event, 4, child)
    assert stock.capacity(event) == 14
    make_quota(event, 12, adult, child)
    assert stock.capacity(event) == 12


def test_what_costs_something_is_not_put_on_sale_by_a_new_price(
    desk: Client, organizer: Organizer, event: Event
) -> None:
    organizer.payout_methods.all().delete()
    free = make_variant(event, price_minor=0)
    said = save(desk, event, **{"variants-0-price": "12.00"})
    assert "Add a payout method first" in said
    assert Variant.objects.get(pk=free.pk).price_minor == 0
