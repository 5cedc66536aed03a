from __future__ import annotations

import pytest

from apps.accounts.models import PayoutMethod
from apps.events.models import Event
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from tests.factories.bank import Bank
from tests.factories.selling import make_event, make_organizer, make_payable


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    """Stands for both providers, and does what a story tells it to."""
    bank = Bank()
    for provider in ("stripe", "paypal"):
        monkeypatch.setitem(PAYOUT_GATEWAYS, provider, bank)
    return bank


@pytest.fixture
def event() -> Event:
    return make_event(make_organizer())


@pytest.fixture
def payee(event: Event) -> PayoutMethod:
    return make_payable(event.organizer)
