from django.apps import AppConfig

from apps.console.labels import name_fields, name_models


class ConsoleConfig(AppConfig):
    name = "apps.console"

    def ready(self) -> None:
        name_models()
        name_fields()  # before any form takes its labels from them
