"""Who did what to money, why, and from where."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.core.money import Money
from apps.core.origin import OriginMiddleware, acting_from, origin
from apps.trail.models import MoneyAct
from apps.trail.record import record
from config.celery import celery_app
from tests.factories.selling import NOON, make_organizer

pytestmark = pytest.mark.django_db


def test_an_act_is_on_record_with_its_reason_and_where_it_was_done() -> None:
    organizer = make_organizer()
    with acting_from("console 5f3a9c21b0d4"):
        record(
            "agreement.change",
            about=organizer,
            actor="user:7",
            at=NOON,
            reason="asked by phone",
            amount=Money(500, "EUR"),
        )
    act = MoneyAct.objects.about(organizer).get()
    assert (act.act, act.subject) == ("agreement.change", f"accounts.organizer:{organizer.pk}")
    assert (act.actor, act.origin, act.reason) == (
        "user:7",
        "console 5f3a9c21b0d4",
        "asked by phone",
    )
    assert (act.amount, act.at) == (Money(500, "EUR"), NOON)


def test_an_act_of_no_amount_has_none() -> None:
    record("agreement.change", about=make_organizer(), actor="system", at=NOON)
    assert MoneyAct.objects.get().amount is None


@pytest.mark.django_db(transaction=True)
def test_an_act_is_undone_with_its_transaction_and_needs_one() -> None:
    organizer = make_organizer()
    with pytest.raises(RuntimeError):
        record("agreement.change", about=organizer, actor="user:7", at=NOON)
    with transaction.atomic():
        record("agreement.change", about=organizer, actor="user:7", at=NOON)
        transaction.set_rollback(True)
    assert not MoneyAct.objects.exists()


@pytest.mark.parametrize(
    "sql", ["UPDATE trail_moneyact SET reason = ''", "TRUNCATE trail_moneyact"]
)
def test_the_database_keeps_it_as_it_was(sql: str) -> None:
    record("agreement.change", about=make_organizer(), actor="user:7", at=NOON)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)


@pytest.mark.parametrize(
    ("path", "site"),
    [("/platform/payouts/payout/7/approval/", "platform"), ("/my/tickets/", "shop"), ("/", "shop")],
)
def test_a_request_says_its_site_and_hides_the_address(path: str, site: str) -> None:
    seen = []

    def answer(_request: HttpRequest) -> HttpResponse:
        seen.append(origin())
        return HttpResponse()

    middleware = OriginMiddleware(answer)
    for address in ("203.0.113.7", "203.0.113.7", "203.0.113.8"):
        middleware(RequestFactory().get(path, REMOTE_ADDR=address))
    first, again, another = seen
    assert first == again != another
    assert first.startswith(f"{site} ")
    assert "203.0.113" not in first
    assert not origin().startswith(site)  # it ends with the request


def test_a_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/srv/parterre/manage.py", "run_payouts", "--propose-only"])
    assert origin() == "command run_payouts"


def test_a_task_is_named() -> None:
    seen = []

    def look() -> None:
        seen.append(origin())

    celery_app.task(name="tests.look")(look)()
    celery_app.tasks.pop("tests.look")
    assert seen == ["worker tests.look"]
