from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.tickets.keys import new_pem


class Command(BaseCommand):
    help = (
        "Prints a new private key for signing tickets. Put it in front of the others in"
        " TICKET_SIGNING_KEYS; keep the old ones as long as tickets signed with them are about."
    )

    def handle(self, **_options: Any) -> None:
        self.stdout.write(new_pem(), ending="")
