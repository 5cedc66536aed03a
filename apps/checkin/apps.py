from django.apps import AppConfig


class CheckinConfig(AppConfig):
    name = "apps.checkin"
