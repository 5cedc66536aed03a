"""
Exports of many postings, each in a process of its own so that its memory can be seen:
`python -m bench.exporting FORM`. What is measured is a worker's whole work: reading, writing, keeping.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from datetime import timedelta

import django
from django.db import connection

if __name__ == "__main__":
    django.setup()

from django.utils.timezone import now

from apps.exports.kinds import KINDS
from apps.exports.models import ExportFile, Form
from apps.exports.scope import Scope, zone_of
from apps.exports.services.make import make
from apps.exports.services.request import request_file
from apps.exports.wanted import Wanted

FORMS = ("csv", "xlsx")

# Two entries each; whole and balanced, so the triggers that check it have nothing to say but time.
_POSTINGS = """
    INSERT INTO ledger_posting (kind, key, subject, lines, at)
    SELECT 'release', 'release:export:' || n, 'orders.order:' || n, 2, now()
    FROM generate_series(1, %(count)s / 2) n
"""
_ENTRIES = """
    INSERT INTO ledger_entry (posting_id, account_id, amount_minor)
    SELECT p.id, a.id, CASE WHEN a.code LIKE '%%:pending:%%' THEN 7220 ELSE -7220 END
    FROM ledger_posting p JOIN ledger_ledgeraccount a ON a.currency = 'EUR'
        AND a.code IN ('org:1000000:pending:stripe', 'org:1000000:available:stripe')
    WHERE p.key LIKE 'release:export:%%'
    ORDER BY p.id, a.id
"""
_ACCOUNTS = """
    INSERT INTO ledger_ledgeraccount (code, currency)
    VALUES ('org:1000000:pending:stripe', 'EUR'), ('org:1000000:available:stripe', 'EUR')
    ON CONFLICT DO NOTHING
"""


def make_entries(count: int) -> None:
    """As rows only, past the triggers: a million checks of whole postings are not what is measured."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS)
        for table, statement in (("ledger_posting", _POSTINGS), ("ledger_entry", _ENTRIES)):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, {"count": count})
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("ANALYZE ledger_posting, ledger_entry")


def measured(form: str) -> str:
    """The words of a process that does it."""
    command = [sys.executable, "-m", "bench.exporting", form]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _run(form: Form) -> str:
    at = now()
    scope = Scope(None, None, at.date() - timedelta(days=1), at.date(), zone_of(None, None))
    wanted = Wanted(KINDS["postings"], form, scope)
    asked = request_file(wanted, language="en", actor="system", at=at)
    before, began, used = _peak_mb(), time.perf_counter(), time.process_time()
    make(asked.pk, at=at)
    took, worked = time.perf_counter() - began, time.process_time() - used
    file = ExportFile.objects.get(pk=asked.pk)
    return (
        f"Export of {file.rows:,} entries as {form.value}: {took:.0f} s, {worked:.0f} s of them Python,"
        f" {file.size / 1e6:.0f} MB;"
        f" {_peak_mb() - before:.0f} MB more memory than the process had ({before:.0f} MB)."
    )


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    print(_run(Form(sys.argv[1])))
