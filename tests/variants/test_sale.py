from __future__ import annotations

import pytest

from apps.core.money import Money
from apps.core.transitions import IllegalTransition
from apps.variants.selectors import price_ranges
from apps.variants.services.go_live import NoPayoutMethod, go_live
from apps.variants.services.hide import hide
from apps.variants.states import VariantState
from tests.factories.selling import NOON, make_event, make_organizer, make_payable, make_variant

pytestmark = pytest.mark.django_db


def test_what_costs_something_needs_a_payout_method() -> None:
    organizer = make_organizer()
    event = make_event(organizer)
    variant = make_variant(event, state=VariantState.DRAFT)
    with pytest.raises(NoPayoutMethod):
        go_live(variant, actor="user:7", at=NOON)
    variant.refresh_from_db()
    assert variant.state == VariantState.DRAFT

    make_payable(organizer, "stripe")
    go_live(variant, actor="user:7", at=NOON)
    event.refresh_from_db()
    assert (variant.state, event.revision) == (VariantState.LIVE, 2)


def test_a_payout_method_that_cannot_be_paid_does_not_count() -> None:
    organizer = make_organizer()
    method = make_payable(organizer)
    method.payable = False
    method.save()
    with pytest.raises(NoPayoutMethod):
        go_live(
            make_variant(make_event(organizer), state=VariantState.DRAFT), actor="user:7", at=NOON
        )


def test_what_is_free_needs_none() -> None:
    variant = make_variant(make_event(make_organizer()), price_minor=0, state=VariantState.DRAFT)
    go_live(variant, actor="user:7", at=NOON)
    assert variant.state == VariantState.LIVE


def test_hidden_and_shown_again() -> None:
    organizer = make_organizer()
    make_payable(organizer)
    variant = make_variant(make_event(organizer))
    hide(variant, actor="user:7", at=NOON)
    assert variant.state == VariantState.HIDDEN
    go_live(variant, actor="user:7", at=NOON)
    assert variant.state == VariantState.LIVE


@pytest.mark.parametrize("state", [VariantState.DRAFT, VariantState.SOLD_OUT, VariantState.HIDDEN])
def test_only_what_is_on_sale_can_be_hidden(state: VariantState) -> None:
    variant = make_variant(make_event(make_organizer()), state=state)
    with pytest.raises(IllegalTransition):
        hide(variant, actor="user:7", at=NOON)
    variant.refresh_from_db()
    assert variant.state == state


def test_the_price_range_counts_what_the_shop_shows() -> None:
    organizer = make_organizer()
    event, bare = make_event(organizer, currency="CHF"), make_event(organizer)
    make_variant(event, price_minor=1800)
    make_variant(event, price_minor=3800, state=VariantState.SOLD_OUT)
    make_variant(event, price_minor=100, state=VariantState.HIDDEN)
    make_variant(bare, price_minor=100, state=VariantState.DRAFT)
    ranges = price_ranges([event.pk, bare.pk])
    assert list(ranges) == [event.pk]
    assert ranges[event.pk].lowest == Money(1800, "CHF")
    assert ranges[event.pk].highest == Money(3800, "CHF")
    assert not ranges[event.pk].one_price
