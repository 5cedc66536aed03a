from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.variants.models import Variant
from tests.factories.box_office import Seller, seller_at
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant


@pytest.fixture
def parkett(db: None) -> Variant:
    """Ten places for 38 euros, and for children who cost nothing."""
    event = make_event(make_organizer(release_at_sale=True), at=now())
    parkett = make_variant(event)
    make_quota(event, 10, parkett, make_variant(event, "Kind", price_minor=0))
    return parkett


@pytest.fixture
def selin(parkett: Variant) -> Seller:
    return seller_at(parkett.event)
