from __future__ import annotations

import pytest
from django.core.cache import cache
from django.utils import translation

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
