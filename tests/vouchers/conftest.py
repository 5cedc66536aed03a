from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.buying import Shop, open_shop
from tests.sandbox_server import SandboxForTests


@pytest.fixture
def shop(db: None, sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


@pytest.fixture(autouse=True)
def _limits_start_anew() -> None:
    """Every story counts its own tries."""
    cache.clear()
