from __future__ import annotations

import pytest

from tests.buying import Buyer, Shop, open_shop
from tests.sandbox_server import SandboxForTests


@pytest.fixture
def shop(db: None, sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


@pytest.fixture
def ada(shop: Shop) -> Buyer:
    return Buyer(shop)
