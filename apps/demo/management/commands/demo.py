from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.demo.journey import play


class Command(BaseCommand):
    help = "Plays the main job over HTTP on the running demo shop, then audits the books."

    def handle(self, *_args: Any, **_options: Any) -> None:
        timeline = play.Timeline(self.stdout.write)
        origin = settings.PUBLIC_URL
        try:
            orders = [
                play.buy(origin, provider, f"{provider}@besuch.example", timeline)
                for provider in ("stripe", "paypal")
            ]
            for order in orders:
                play.read_mail(order, timeline)
            play.come_in(origin, orders[0], timeline)
            play.see_the_sale(origin, orders[1], timeline)
            play.be_paid(orders[0], self._run_payouts, timeline)
        except (play.Stuck, LookupError) as trouble:
            raise CommandError(str(trouble)) from trouble
        call_command("audit", stdout=self.stdout)
        timeline.note("the audit found nothing wrong")

    def _run_payouts(self) -> None:
        call_command("run_payouts", stdout=self.stdout)
