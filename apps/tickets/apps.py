from django.apps import AppConfig

from apps.tickets.keys import ring


class TicketsConfig(AppConfig):
    name = "apps.tickets"

    def ready(self) -> None:
        ring()  # refuses to start with keys that cannot sign
