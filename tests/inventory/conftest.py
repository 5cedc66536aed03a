from __future__ import annotations

import pytest

from apps.events.models import Event
from tests.factories.selling import make_event, make_organizer


@pytest.fixture
def event(db: None) -> Event:
    return make_event(make_organizer())
