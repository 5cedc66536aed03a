from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from apps.accounts.models import PayoutMethod
from apps.core.http_client import OutboundError
from apps.demo.build import ACTOR, build
from apps.demo.cast import PASSWORD, PEOPLE, SHOWS
from apps.demo.onboard import onboard
from apps.demo.past import ON_SALE_FOR, sell_the_past
from apps.demo.since import go_on
from apps.payments.gateways.errors import GatewayError

TOLD_EVERY = 10  # orders


class Command(BaseCommand):
    help = "Makes the demo's organizer, events and people; running it again adds what is missing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        at = now()
        self._progress("organizer, shows and people")
        organizer = build(opened=at - ON_SALE_FOR, at=at)
        payable = PayoutMethod.objects.filter(organizer=organizer, provider="stripe", payable=True)
        if not payable.exists():
            try:
                onboard(organizer, actor=ACTOR, at=at)
            except (GatewayError, OutboundError) as trouble:
                self.stderr.write(f"Stripe payouts are not set up: {trouble}")
        try:
            if sell_the_past(SHOWS, at=at, tell=self._sold):
                self._progress("a refund, a dispute, a payout")
                go_on(organizer, actor=ACTOR, at=now())
        except (GatewayError, OutboundError) as trouble:
            self.stderr.write(f"What was sold before today is missing: {trouble}")
        for person in PEOPLE:
            self.stdout.write(f"{person.email:28} {PASSWORD}   {person.does}")

    def _sold(self, sold: int, of: int) -> None:
        if sold % TOLD_EVERY == 0 or sold == of:
            self._progress(f"{sold} of {of} orders of the last weeks")

    def _progress(self, words: str) -> None:
        """The launcher shows such a line at once (config/launch/preparation.py); the others are the logins."""
        self.stdout.write(f"- {words}")
        self.stdout.flush()
