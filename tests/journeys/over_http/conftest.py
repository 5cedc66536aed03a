from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.buying import Shop, open_shop
from tests.sandbox_server import SandboxForTests
from tests.visiting import Visitor, pages_on_our_port


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The shop answers in the test's own transaction: its connection is not closed after a request."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def shop(db: None, one_connection: None, sandbox: SandboxForTests) -> Shop:
    pages_on_our_port(sandbox, settings.PUBLIC_URL)
    return open_shop(sandbox)


@pytest.fixture
def mira(shop: Shop) -> Visitor:
    return Visitor(shop)
