"""Another end of an event that is on sale: buyers' money must not go sooner by it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer, User
from apps.events.models import Event
from apps.ledger import balances
from apps.payouts.coming import coming
from apps.payouts.services.release import release_due
from apps.trail.models import MoneyAct
from tests.console.test_stock import save
from tests.factories.paying_out import sell
from tests.factories.selling import make_event, make_variant

pytestmark = pytest.mark.django_db

IN_SUMMER = timedelta(days=200)
A_LITTLE = timedelta(days=8)  # three days after it money is released


@pytest.fixture
def event(organizer: Organizer) -> Event:
    """Sold, and far away."""
    event = make_event(organizer, at=now() + IN_SUMMER)
    make_variant(event)
    sell(event, 2000)
    return event


def ends(event: Event, in_: timedelta) -> dict[str, str]:
    end = (now() + in_).astimezone(event.zone)
    return {
        "starts_at": f"{end - timedelta(hours=3):%Y-%m-%dT%H:%M}",
        "ends_at": f"{end:%Y-%m-%dT%H:%M}",
    }


def available(event: Event, at: datetime) -> int:
    release_due(at=at)
    return balances.available(event.organizer_id, "paypal", "EUR").minor


def test_money_waits_for_the_end_that_was_sold(desk: Client, owner: User, event: Event) -> None:
    sold_until = event.ends_at
    save(desk, event, **ends(event, timedelta(days=1)))
    event.refresh_from_db()
    assert event.ends_at < now() + timedelta(days=2)
    assert available(event, now() + A_LITTLE) == 0
    (waits,) = coming(event.organizer, at=now() + A_LITTLE)
    assert (waits.at, waits.amount.minor) == (sold_until + timedelta(days=3), 1900)
    save(desk, event, **ends(event, timedelta(days=2)))  # a second time is no way around it
    assert available(event, sold_until + timedelta(days=3) - timedelta(seconds=1)) == 0
    assert available(event, sold_until + timedelta(days=3)) == 1900
    acts = MoneyAct.objects.about(event)
    assert [(act.act, act.actor) for act in acts] == [("event.end", owner.actor)] * 2


def test_the_platform_corrects_a_mistake(desk: Client, operator: Client, event: Event) -> None:
    save(desk, event, **ends(event, timedelta(days=1)))
    save(operator, event, to="platform", **ends(event, timedelta(days=2)))
    assert available(event, now() + A_LITTLE) == 1900


def test_a_draft_has_promised_nobody_anything(desk: Client, organizer: Organizer) -> None:
    event = make_event(organizer, at=now() + IN_SUMMER, state="draft")
    make_variant(event)
    save(desk, event, **ends(event, timedelta(days=1)))
    event.refresh_from_db()
    assert (event.sold_until, MoneyAct.objects.count()) == (None, 0)


def test_what_is_on_sale_cannot_be_over_already(desk: Client, event: Event) -> None:
    said = save(desk, event, **ends(event, -timedelta(days=1)))
    assert "An event that is on sale cannot be over already." in said
    event.refresh_from_db()
    assert (event.state, event.ends_at > now()) == ("published", True)
