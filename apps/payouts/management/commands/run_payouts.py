"""For cron: propose what is owed, approve it, and leave the sending to the workers."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from apps.ledger.settled import StillMoving
from apps.payouts.models import Payout
from apps.payouts.services.approve import OwedLess, approve
from apps.payouts.services.cancel import cancel
from apps.payouts.services.payee import NotPayable
from apps.payouts.services.persons import NeedsTwoPersons
from apps.payouts.services.propose import propose_all


class Command(BaseCommand):
    help = "Pays out what is available to every organizer who can be paid. Safe to run at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--propose-only",
            action="store_true",
            help="leave the approval to a person in the platform console",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        act = self._propose if options["propose_only"] else self._approve
        count = 0
        try:
            for payout in propose_all(at=now()):
                act(payout)
                count += 1
        except StillMoving as busy:
            raise CommandError(f"{count} payouts, then: {busy}; run it again") from busy
        self.stdout.write(f"{count} payouts")

    def _propose(self, payout: Payout) -> None:
        self.stdout.write(f"proposed  {_line(payout)}")

    def _approve(self, payout: Payout) -> None:
        try:
            approve(payout, actor="system", at=now())
        except NeedsTwoPersons:
            self.stdout.write(f"waits     {_line(payout)}: two persons have to approve it")
        except (OwedLess, NotPayable) as change:
            cancel(payout, actor="system", reason=str(change), at=now())
            self.stdout.write(f"cancelled {_line(payout)}: {change}")
        else:
            self.stdout.write(f"approved  {_line(payout)}")


def _line(payout: Payout) -> str:
    amount = f"{payout.amount.plain()} {payout.currency}"
    return f"{payout.reference}  {payout.provider:7} {amount:>16}  {payout.organizer}"
