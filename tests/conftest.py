from __future__ import annotations

from copy import deepcopy

import pytest
from django.core.cache import cache
from django.utils import translation
from pytest_django import Settings

pytest_plugins = ["tests.sandbox_server", "tests.phones", "tests.live_process"]


@pytest.fixture(autouse=True)
def english() -> None:
    """A page that was answered in German leaves the thread in German."""
    translation.deactivate_all()
    translation.activate("en")


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Kept pages, limits by address, tries and the breaker of mails are every story's own."""
    cache.clear()


@pytest.fixture
def redis_away(settings: Settings) -> None:
    """The cache's; rate limits have their own way to it."""
    moved = deepcopy(settings.CACHES)
    for one in moved.values():
        one["LOCATION"] = "unix:///nonexistent.sock"
    settings.CACHES = moved
