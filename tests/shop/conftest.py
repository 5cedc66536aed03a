from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from apps.accounts.models import Organizer
from tests.factories.selling import make_organizer


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def lichtbogen(db: None) -> Organizer:
    return make_organizer(slug="lichtbogen")
