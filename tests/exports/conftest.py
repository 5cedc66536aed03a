from __future__ import annotations

import pytest

from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from tests.factories.bank import Bank


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    """Stands for both providers, and does what a story tells it to."""
    bank = Bank()
    for provider in ("stripe", "paypal"):
        monkeypatch.setitem(PAYOUT_GATEWAYS, provider, bank)
    return bank
