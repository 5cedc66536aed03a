from __future__ import annotations

import pytest
from django.core.management import call_command

from apps.accounts.models import Membership, User
from apps.demo.cast import PEOPLE, SHOWS
from apps.events.models import Event
from apps.events.states import EventState
from apps.inventory.models import Place, Quota
from apps.variants.models import Variant


@pytest.mark.django_db
def test_it_makes_a_shop_that_can_be_tried_and_twice_makes_no_more() -> None:
    call_command("demo_data")
    call_command("demo_data")
    assert set(Event.objects.values_list("slug", "state")) == {
        (show.slug, EventState.PUBLISHED) for show in SHOWS
    }
    assert set(User.objects.values_list("email", flat=True)) == {p.email for p in PEOPLE}
    assert set(Membership.objects.values_list("role", flat=True)) == {"owner", "admin", "staff"}
    assert set(Variant.objects.values_list("state", flat=True)) == {"live"}
    assert Place.objects.count() == sum(Quota.objects.values_list("capacity", flat=True))
