from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def nobody_else_called() -> Iterator[None]:
    """Rates are counted by address, and all tests call from the same one."""
    cache.clear()
    yield
    cache.clear()
