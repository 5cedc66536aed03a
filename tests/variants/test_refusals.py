from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from apps.accounts.models import Organizer
from apps.accounts.states import OrganizerState
from apps.events.models import Event
from apps.events.states import EventState
from apps.variants.models import Variant
from apps.variants.refusals import Reason, check
from apps.variants.states import VariantState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def an_event(**fields: Any) -> Event:
    organizer = Organizer(name="Lichtbogen", state=OrganizerState.APPROVED)
    defaults: dict[str, Any] = {
        "pk": 1,
        "organizer": organizer,
        "state": EventState.PUBLISHED,
        "starts_at": NOON + HOUR,
        "ends_at": NOON + 3 * HOUR,
    }
    return Event(**(defaults | fields))


def a_variant(event: Event, **fields: Any) -> Variant:
    return Variant(**({"event": event, "name": "Parkett", "state": VariantState.LIVE} | fields))


def reasons(event: Event, *lines: tuple[Variant, int], member: bool = False) -> list[Reason]:
    return [r.reason for r in check(lines, event=event, member=member, at=NOON)]


def test_an_ordinary_selection_is_not_refused() -> None:
    event = an_event()
    assert reasons(event, (a_variant(event), 2), (a_variant(event), 0)) == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"state": EventState.DRAFT}, Reason.EVENT_NOT_ON_SALE),
        ({"state": EventState.CANCELLED}, Reason.EVENT_CALLED_OFF),
        ({"state": EventState.COMPLETED}, Reason.EVENT_OVER),
        ({"ends_at": NOON}, Reason.EVENT_OVER),
        (
            {"organizer": Organizer(name="x", state=OrganizerState.SUSPENDED)},
            Reason.EVENT_NOT_ON_SALE,
        ),
    ],
)
def test_what_the_event_says_comes_first(fields: dict[str, Any], reason: Reason) -> None:
    event = an_event(**fields)
    assert reasons(event, (a_variant(event), 99)) == [reason]


@pytest.mark.parametrize(
    ("fields", "quantity", "reason"),
    [
        ({"state": VariantState.DRAFT}, 1, Reason.NOT_FOR_SALE),
        ({"state": VariantState.HIDDEN}, 1, Reason.NOT_FOR_SALE),
        ({"sales_from": NOON + HOUR}, 1, Reason.NOT_YET_ON_SALE),
        ({"sales_until": NOON}, 1, Reason.SALES_OVER),
        ({"members_only": True}, 1, Reason.MEMBERS_ONLY),
        ({"min_per_order": 2}, 1, Reason.TOO_FEW),
        ({}, -1, Reason.TOO_FEW),
        ({"max_per_order": 4}, 5, Reason.TOO_MANY),
    ],
)
def test_what_a_variant_refuses(fields: dict[str, Any], quantity: int, reason: Reason) -> None:
    event = an_event()
    fine, wrong = a_variant(event), a_variant(event, **fields)
    (refusal,) = check([(fine, 1), (wrong, quantity)], event=event, member=False, at=NOON)
    assert (refusal.reason, refusal.variant) == (reason, wrong)
    assert "Parkett" in refusal.text


def test_the_edges_are_allowed() -> None:
    event = an_event()
    edge = a_variant(
        event,
        sales_from=NOON,
        sales_until=NOON + HOUR,
        members_only=True,
        min_per_order=2,
        max_per_order=2,
    )
    assert reasons(event, (edge, 2), member=True) == []


def test_sold_out_is_left_to_the_stock() -> None:
    event = an_event()
    assert reasons(event, (a_variant(event, state=VariantState.SOLD_OUT), 1)) == []


def test_a_variant_of_another_event_is_not_for_sale_here() -> None:
    event = an_event()
    assert reasons(event, (a_variant(an_event(pk=2)), 1)) == [Reason.NOT_FOR_SALE]


def test_nothing_selected() -> None:
    event = an_event()
    assert reasons(event, (a_variant(event), 0)) == [Reason.NOTHING_SELECTED]


def test_the_start_of_sales_is_told_in_the_events_own_time() -> None:
    event = an_event(timezone="Europe/Berlin")
    later = a_variant(event, sales_from=datetime(2026, 3, 2, 9, tzinfo=UTC))
    (refusal,) = check([(later, 1)], event=event, member=False, at=NOON)
    assert refusal.text == "Sales of “Parkett” start on Monday 2 March 2026, 10:00."
