from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.cache import cache

from tests.german import german


@pytest.fixture(autouse=True)
def clear_cache() -> None:
    """Rate limits and lock-outs live there."""
    cache.clear()


@pytest.fixture
def in_german(tmp_path: Path) -> Iterator[None]:
    with german(tmp_path):
        yield
