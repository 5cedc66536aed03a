from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command

from apps.audit.models import AuditRun
from apps.audit.registry import all_checks
from apps.audit.tasks import audit_task
from apps.ledger.models import LedgerAccount

pytestmark = pytest.mark.django_db


def break_the_chart(times: int = 1) -> None:
    for number in range(times):
        LedgerAccount.objects.create(code=f"petty_cash:{number:02}", currency="EUR")


def test_the_command_says_that_all_is_well() -> None:
    out = StringIO()
    call_command("audit", stdout=out, no_color=True)
    lines = out.getvalue().splitlines()
    assert lines[-1] == f"{len(all_checks())} checks, 0 broken"
    assert len(lines) == len(all_checks()) + 1
    assert all(line.startswith("ok ") for line in lines[:-1])


def test_the_command_names_what_is_broken_and_fails() -> None:
    break_the_chart()
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("audit", stdout=out, no_color=True)
    assert end.value.code == 1
    lines = out.getvalue().splitlines()
    at = lines.index("BROKEN 3  every account is in the chart")
    assert lines[at + 1] == "          account petty_cash:00 EUR"
    assert lines[-1] == f"{len(all_checks())} checks, 1 broken"


def test_a_long_list_is_cut_and_says_so() -> None:
    break_the_chart(times=51)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("audit", stdout=out, no_color=True)
    lines = out.getvalue().splitlines()
    assert sum("petty_cash" in line for line in lines) == 50
    assert "          and more" in lines


def test_the_nightly_run_is_on_record() -> None:
    break_the_chart()
    audit_task()
    run = AuditRun.objects.get()
    assert run.checks == len(all_checks())
    assert run.findings == [
        {
            "number": 3,
            "name": "every account is in the chart",
            "rows": ["account petty_cash:00 EUR"],
            "more": False,
        }
    ]
    assert run.started_at <= run.ended_at
