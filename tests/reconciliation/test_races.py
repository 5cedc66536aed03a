"""Two looks, two operators, at the same moment; and what would happen without the locks."""

from __future__ import annotations

from threading import Barrier

import pytest
from django.db import IntegrityError
from django.utils.timezone import now

from apps.core.transitions import IllegalTransition, LostRace
from apps.reconciliation.detectors import DETECTORS
from apps.reconciliation.detectors.base import Looking
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.models import BalanceLine, Case, CaseAct
from apps.reconciliation.services import look
from apps.reconciliation.services.accept import accept
from tests.factories.differing import DAY
from tests.factories.paying_out import minors
from tests.racing import run_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

KIND = Kind.UNKNOWN_MONEY


@pytest.fixture
def line() -> BalanceLine:
    """A fee of the provider's own, some days old."""
    return BalanceLine.objects.create(
        provider="stripe",
        provider_id="txn_1",
        kind="fee",
        type="stripe_fee",
        gross_minor=-333,
        fee_minor=0,
        net_minor=-333,
        currency="EUR",
        at=now() - 3 * DAY,
        available_on=now() - 3 * DAY,
        seen_at=now(),
    )


def look_once(_number: int) -> look.Looked:
    return look.look_at(KIND, DETECTORS[KIND], Looking(now(), []))


def test_control_without_the_lock_one_of_two_looks_fails(
    line: BalanceLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    both_have_read = Barrier(2)

    def both_propose(kind: Kind, story: object) -> tuple[Fix, ...]:
        both_have_read.wait(timeout=10)
        return (Fix.BOOK_FEE,)

    monkeypatch.setattr(look, "_LOCK", "SELECT %s")
    monkeypatch.setattr(look, "fixes_for", both_propose)
    results = run_at_once(2, look_once)
    assert [type(r) for r in results if isinstance(r, Exception)] == [IntegrityError]


def test_looks_at_once_open_one_case(line: BalanceLine) -> None:
    results = run_at_once(4, look_once)
    assert [r for r in results if isinstance(r, Exception)] == []
    assert sum(r.opened for r in results if isinstance(r, look.Looked)) == 1
    assert Case.objects.count() == 1


def test_operators_at_once_mend_it_once(line: BalanceLine) -> None:
    look_once(0)
    case = Case.objects.get()
    results = run_at_once(
        4, lambda number: accept(case, Fix.BOOK_FEE, actor=f"user:{number}", at=now())
    )
    refused = [r for r in results if isinstance(r, Exception)]
    assert len(refused) == 3
    assert {type(r) for r in refused} <= {IllegalTransition, LostRace}
    assert minors() == {"clearing:stripe": -333, "fee:provider:stripe": 333}
    assert sorted(CaseAct.objects.values_list("deed", flat=True)) == ["accepted", "done"]
    case.refresh_from_db()
    assert case.state == "closed"
