"""What a buyer reads when fewer are left than they chose."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from apps.inventory.availability import Availability
from apps.inventory.models import Quota
from apps.variants.models import Variant
from apps.variants.states import VariantState
from tests.buying import Shop
from tests.factories.selling import make_quota
from tests.orders.visitor import Visitor


@pytest.fixture
def ada(shop: Shop) -> Visitor:
    return Visitor(shop)


def test_an_event_that_is_nearly_full_says_so_of_itself(ada: Visitor, shop: Shop) -> None:
    """The cap of an event is a quota with a name that no buyer has ever read."""
    cap = make_quota(shop.event, 2, shop.parkett, name="Zwölf Celli 2026 (Haus)")
    Quota.objects.filter(pk=cap.pk).update(is_event_cap=True)
    assert "Only 2 tickets are left for this event." in ada.is_refused(3)
    assert ada.chooses(2) == 302
    assert "The event is full." in Visitor(shop).is_refused(1)


def test_a_refusal_and_the_line_below_it_know_the_same_number(ada: Visitor, shop: Shop) -> None:
    """The page counts once a second: what it showed before the last sale is not shown beside the refusal."""
    bob = Visitor(shop)
    bob.opens(f"/events/{shop.event.slug}/orders/")
    assert ada.chooses(6) == 302
    cache.set(f"availability:{shop.event.pk}", Availability({shop.parkett.pk: 10}))
    cache.set(f"availability:{shop.event.pk}:fresh", 1)  # counted in this very second

    refused = bob.is_refused(5)

    assert "Only 4 tickets are left in “Hall”." in refused
    assert "Last 4" in refused
    assert "10 left" not in refused


def test_what_is_hidden_since_is_named_above_the_lines(ada: Visitor, shop: Shop) -> None:
    """It has no line of its own any more that the reason could stand beside."""
    Variant.objects.filter(pk=shop.parkett.pk).update(state=VariantState.HIDDEN)
    refused = ada.is_refused(1)
    assert "“Parkett” is not for sale." in refused
    assert "Look at the lines marked below" not in refused
