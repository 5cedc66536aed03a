import sys

from django.apps import AppConfig

from apps.tickets.keys import BrokenKeys, ring

REFUSED = 3  # as with every other setting: Gunicorn does not try again


class TicketsConfig(AppConfig):
    name = "apps.tickets"

    def ready(self) -> None:
        try:
            ring()
        except BrokenKeys as broken:  # no traceback above what is to be read
            sys.stderr.write(f"Parterre cannot start:\n  - {broken}\n")
            raise SystemExit(REFUSED) from None
