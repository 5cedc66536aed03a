from django.apps import AppConfig


class SeatingConfig(AppConfig):
    name = "apps.seating"
