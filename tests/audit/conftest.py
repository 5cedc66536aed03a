from __future__ import annotations

import pytest

from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from tests.factories.bank import Bank


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    bank = Bank()
    monkeypatch.setitem(PAYOUT_GATEWAYS, "paypal", bank)
    return bank
