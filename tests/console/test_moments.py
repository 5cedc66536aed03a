"""Days and times of an event are those of its place, wherever it is named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from apps.accounts.models import Organizer
from tests.factories.selling import make_event

pytestmark = pytest.mark.django_db
AFTER_MIDNIGHT = datetime(2027, 6, 12, 22, 30, tzinfo=UTC)  # on the 13th in Berlin


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        ("events/event/", "13 Jun 2027, 00:30"),
        ("orders/order/", "Night swim, 13 Jun 2027"),
        ("vouchers/code/new/", "Night swim, 13 Jun 2027"),
    ],
)
def test_an_event_after_midnight_is_of_its_own_day(
    desk: Client, organizer: Organizer, page: str, shown: str
) -> None:
    make_event(organizer, at=AFTER_MIDNIGHT, starts_at=AFTER_MIDNIGHT, title="Night swim")
    answer = desk.get(f"/console/{page}")
    assert answer.status_code == 200
    assert shown in answer.content.decode()
