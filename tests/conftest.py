from __future__ import annotations

import pytest
from django.utils import translation

pytest_plugins = ["tests.sandbox_server", "tests.phones", "tests.live_process"]


@pytest.fixture(autouse=True)
def english() -> None:
    """A page that was answered in German leaves the thread in German."""
    translation.deactivate_all()
    translation.activate("en")
