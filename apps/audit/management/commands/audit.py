from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.audit.registry import all_checks
from apps.audit.run import Finding, look


class Command(BaseCommand):
    help = "Checks every invariant over the whole database. Exit code 1 when one is broken."

    def handle(self, *_args: Any, **_options: Any) -> None:
        checks = all_checks()
        broken = 0
        for finding in look(checks):
            self._report(finding)
            broken += bool(finding.rows)
        self.stdout.write(f"{len(checks)} checks, {broken} broken")
        if broken:
            sys.exit(1)

    def _report(self, finding: Finding) -> None:
        word = self.style.ERROR("BROKEN") if finding.rows else self.style.SUCCESS("ok    ")
        self.stdout.write(f"{word} {finding.check.number}  {finding.check.name}")
        for row in finding.rows:
            self.stdout.write(f"          {row}")
        if finding.more:
            self.stdout.write("          and more")
