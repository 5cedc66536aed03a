from __future__ import annotations

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from tests.buying import Buyer, Shop, open_shop
from tests.sandbox_server import SandboxForTests


@pytest.fixture
def shop(db: None, sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


@pytest.fixture
def ada(shop: Shop) -> Buyer:
    return Buyer(shop)


class DeadProvider(BaseEmailBackend):
    def send_messages(self, _messages: object) -> int:
        raise ConnectionRefusedError("nobody there")
