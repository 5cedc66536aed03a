"""One dispute, told to several workers at once."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.timezone import now

from apps.ledger.models import Posting
from apps.orders.services.dispute import look_at_disputes
from apps.payments.gateways.base import Kind
from apps.payments.models import Dispute
from tests.buying import Shop, open_shop
from tests.disputing import Bank, all_is_well, paid, states
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
WORKERS = 6


@pytest.fixture
def shop(transactional_db: None, sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


def all_look(bank: Bank) -> list[object]:
    return list(run_at_once(WORKERS, lambda _: look_at_disputes(bank.payment, at=now())))


def bookings() -> dict[str, int]:
    kinds = Posting.objects.filter(kind__startswith="dispute").values_list("kind", flat=True)
    return {kind: list(kinds).count(kind) for kind in kinds}


def test_workers_that_look_at_once_book_it_once(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    bank.does("dispute")
    assert [found for found in all_look(bank) if isinstance(found, Exception)] == []

    assert Dispute.objects.count() == 1
    assert states(bank) == ["blocked", "blocked"]
    assert bookings() == {"dispute_withdrawn": 1, "dispute_fee": 1, "dispute_reserved": 1}
    all_is_well(shop)


def test_control_without_locks_they_get_into_each_others_way(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database still refuses a second row."""
    bank = paid(shop, Kind.STRIPE)
    bank.does("dispute")
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows.all())
    failed = [found for found in all_look(bank) if isinstance(found, Exception)]
    assert failed
    assert any(isinstance(failure, IntegrityError) for failure in failed)
    assert Dispute.objects.count() == 1
