from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.accounts.models import Organizer
from apps.accounts.states import OrganizerState
from apps.events.models import Event
from apps.events.states import EventState
from apps.variants.models import Variant
from apps.variants.sale import Sale, sale_of
from apps.variants.states import VariantState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOLD_OUT = {"state": VariantState.SOLD_OUT}


@pytest.mark.parametrize(
    ("event", "variant", "sale"),
    [
        ({}, {}, Sale.ON_SALE),
        ({}, SOLD_OUT, Sale.SOLD_OUT),
        ({}, {"state": VariantState.HIDDEN}, Sale.HIDDEN),
        ({}, {"sales_from": NOON + HOUR}, Sale.LATER),
        ({}, {"sales_until": NOON}, Sale.OVER),
        ({"state": EventState.DRAFT}, {}, Sale.UNPUBLISHED),
        ({"state": EventState.DRAFT}, {"state": VariantState.DRAFT}, Sale.DRAFT),
        ({"state": EventState.CANCELLED}, {}, Sale.CALLED_OFF),
        ({"state": EventState.CANCELLED}, SOLD_OUT, Sale.CALLED_OFF),
        ({"state": EventState.COMPLETED}, {}, Sale.OVER),
        ({"ends_at": NOON}, {"state": VariantState.HIDDEN}, Sale.OVER),
        ({"ends_at": NOON}, {"sales_until": NOON + HOUR}, Sale.OVER),
        ({"organizer": Organizer(state=OrganizerState.SUSPENDED)}, {}, Sale.NOT_ON_SALE),
    ],
)
def test_what_is_true_of_a_variant_with_its_event(
    event: dict[str, Any], variant: dict[str, Any], sale: Sale
) -> None:
    around: dict[str, Any] = {
        "organizer": Organizer(state=OrganizerState.APPROVED),
        "state": EventState.PUBLISHED,
        "ends_at": NOON + 3 * HOUR,
    }
    fields = {"event": Event(**(around | event)), "state": VariantState.LIVE} | variant
    assert sale_of(Variant(**fields), at=NOON) == sale
