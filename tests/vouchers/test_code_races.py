"""Thirty-two at the same moment for the last uses of a code, and one person many times over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction

from apps.vouchers import sql
from apps.vouchers.models import FREE, Code, CodeUse
from apps.vouchers.services.claim import CodeBusy, UsedByThem, UsedUp, claim_use, release
from tests.factories.codes import make_discount
from tests.factories.selling import make_organizer
from tests.racing import run_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

ACTORS = 32
QUARTER = timedelta(minutes=15)


def use(code: Code, *, buyer: str = "", claim: UUID | None = None) -> str:
    try:
        with transaction.atomic():
            claim = claim or uuid4()
            claim_use(code, claim, buyer=buyer or f"browser:{claim}", hold=QUARTER)
    except (UsedUp, UsedByThem) as why:
        return type(why).__name__
    except CodeBusy:  # on a slow machine: they try again, as they are told
        return use(code, buyer=buyer, claim=claim)
    return "used"


def test_of_thirty_two_at_once_as_many_get_it_as_the_budget_says() -> None:
    code = make_discount(make_organizer(), budget=5)
    said = Counter(run_at_once(ACTORS, lambda _: use(code)))
    assert said == {"used": 5, "UsedUp": 27}
    assert CodeUse.objects.filter(code=code).exclude(claimed_until=FREE).count() == 5


def test_control_counting_before_using_overdraws_the_budget() -> None:
    code = make_discount(make_organizer())
    budget = 5

    def naive(_number: int) -> bool:
        with transaction.atomic(), connection.cursor() as cursor:
            used = CodeUse.objects.filter(code=code).count()
            cursor.execute("SELECT pg_sleep(0.05)")
            if used < budget:
                sql.add(code.pk, uuid4(), "browser:x", QUARTER)
            return used < budget

    assert sum(result is True for result in run_at_once(ACTORS, naive)) > budget


def test_uses_that_are_given_back_meanwhile_are_found() -> None:
    """Half of them change their mind inside their transaction: the last use goes to one of the others."""
    code = make_discount(make_organizer(), budget=1)

    def indecisive(number: int) -> str:
        if number % 2:
            return use(code)
        with transaction.atomic():
            try:
                claim_use(code, uuid4(), buyer=f"browser:{number}", hold=QUARTER)
            except UsedUp:
                return "UsedUp"
            transaction.set_rollback(True)
        return "changed their mind"

    said = Counter(run_at_once(8, indecisive))
    assert said["used"] == 1
    assert [key for key in said if isinstance(key, Exception)] == []


def test_one_person_thirty_two_times_at_once_uses_it_once() -> None:
    code = make_discount(make_organizer(), budget=50, per_person=1)
    said = Counter(run_at_once(ACTORS, lambda _: use(code, buyer="user:7")))
    assert said == {"used": 1, "UsedByThem": 31}


def test_control_without_the_lock_one_person_uses_it_more_than_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = make_discount(make_organizer(), budget=50, per_person=1)

    def look_slowly(
        code: int, buyer: str, real: Callable[[int, str], int] = sql.count_of_buyer
    ) -> int:
        counted = real(code, buyer)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
        return counted

    monkeypatch.setattr(sql, "lock_person", lambda *_: None)
    monkeypatch.setattr(sql, "count_of_buyer", look_slowly)
    said = Counter(run_at_once(8, lambda _: use(code, buyer="user:7")))
    assert said["used"] > 1


def test_using_and_giving_back_all_the_time_never_overdraws_and_loses_nothing() -> None:
    code = make_discount(make_organizer(), budget=3)

    def several_times(_number: int) -> int:
        got = 0
        for _ in range(5):
            claim = uuid4()
            if use(code, claim=claim) == "used":
                got += 1
                with transaction.atomic():
                    release(claim)
        return got

    results = run_at_once(8, several_times)
    assert [result for result in results if isinstance(result, Exception)] == []
    uses = CodeUse.objects.filter(code=code)
    assert (uses.count(), uses.filter(claimed_until=FREE, claim=None).count()) == (3, 3)
