from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nobody_called_before() -> None:
    """Rates are counted by address, and all tests call from the same one."""
    cache.clear()
