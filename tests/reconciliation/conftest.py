from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.payments.gateways.paypal.client import _tokens
from tests.factories.differing import Desk, open_desk
from tests.sandbox_server import SandboxForTests


@pytest.fixture
def desk(db: None, sandbox: SandboxForTests) -> Iterator[Desk]:
    """A shop that sells, and an operator who looks at what differs."""
    _tokens.drop()
    yield open_desk(sandbox)
    _tokens.drop()
