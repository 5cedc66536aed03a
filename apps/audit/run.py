from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import structlog
from django.utils.timezone import now

from apps.audit.models import AuditRun
from apps.core.invariants import Check, offenders

LISTED_MAX = 50

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Finding:
    """rows: what breaks the rule, the first of them."""

    check: Check
    rows: tuple[str, ...]
    more: bool


def look(checks: Iterable[Check]) -> Iterator[Finding]:
    """One finding per check, without rows where the rule holds. Each runs as it is asked for."""
    for check in checks:
        rows = tuple(islice(offenders(check), LISTED_MAX + 1))
        yield Finding(check, rows[:LISTED_MAX], more=len(rows) > LISTED_MAX)


def run_and_record(checks: Iterable[Check]) -> AuditRun:
    """For the nightly run: what is broken is kept for the platform console, and said aloud."""
    started_at = now()
    findings = list(look(checks))
    broken = [finding for finding in findings if finding.rows]
    for finding in broken:
        log.error("audit_broken", check=finding.check.name, rows=finding.rows, more=finding.more)
    return AuditRun.objects.create(
        started_at=started_at,
        ended_at=now(),
        checks=len(findings),
        findings=[
            {
                "number": finding.check.number,
                "name": finding.check.name,
                "rows": list(finding.rows),
                "more": finding.more,
            }
            for finding in broken
        ],
    )
