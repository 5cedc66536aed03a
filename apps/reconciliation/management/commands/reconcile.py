"""Compares providers, books and orders now. Beat does so every night; this is for a person, or for cron."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from apps.ledger.chart import PROVIDERS
from apps.reconciliation.models import Case, Run
from apps.reconciliation.services.reconcile import reconcile


class Command(BaseCommand):
    help = "Reads the providers' statements, compares them with the books, lists the open cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--provider", choices=PROVIDERS, help="only this one")
        parser.add_argument(
            "--since", type=_day, help="read back to this day (2026-11-01), not only what is new"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        providers = [options["provider"]] if options["provider"] else None
        runs, looked = reconcile(providers, since=options["since"], at=now())
        for run in runs:
            self.stdout.write(_line(run))
        waiting = Case.objects.open().order_by("found_at", "pk")
        self.stdout.write(f"{looked.opened} opened, {looked.closed} closed, {len(waiting)} open")
        for case in waiting:
            amount = f"{case.amount.plain()} {case.currency}"
            self.stdout.write(
                f"  {case.found_at:%Y-%m-%d}  {case.kind:20} {case.provider:7} {amount:>16}  {case.subject}"
            )
        if any(run.error for run in runs):
            raise CommandError("not everything could be read")


def _line(run: Run) -> str:
    span = f"{run.since:%Y-%m-%d %H:%M} to {run.until:%Y-%m-%d %H:%M}"
    return f"{run.provider:7} {span}: {run.lines} lines, {run.new_lines} new {run.error}".rstrip()


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
