"""What an event's page says of its variants once nothing of it is sold."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.events.models import Event
from apps.events.states import EventState
from apps.variants.models import Variant
from apps.variants.states import VariantState
from tests.factories.selling import make_event, make_variant

pytestmark = pytest.mark.django_db


def test_variants_of_an_event_that_was_called_off_are_not_on_sale(
    desk: Client, organizer: Organizer
) -> None:
    event = make_event(organizer, at=now())
    variant = make_variant(event)
    overview = f"/console/events/event/{event.pk}/overview/"
    page = desk.get(overview).content.decode()
    assert '<span class="tag" data-is="good">On sale</span>' in page
    assert 'value="hidden"' in page

    Event.objects.update(state=EventState.CANCELLED)
    page = desk.get(overview).content.decode()
    assert ">On sale<" not in page
    assert (
        page.count('<span class="tag" data-is="bad">Called off</span>') == 2
    )  # the event, its variant
    assert 'value="hidden"' not in page
    answer = desk.post(
        f"/console/events/event/{event.pk}/sale/",
        {"variant": variant.pk, "wish": "hidden"},
        follow=True,
    )
    assert "Nothing of this event is on sale any more." in answer.content.decode()
    assert Variant.objects.get().state == VariantState.LIVE

    told = Client().get(f"/api/v1/events/{event.slug}/variants").json()
    assert [(one["status"], one["on_sale"]) for one in told] == [("live", False)]
    Event.objects.update(state=EventState.PUBLISHED)
    told = Client().get(f"/api/v1/events/{event.slug}/variants").json()
    assert [(one["status"], one["on_sale"]) for one in told] == [("live", True)]
