from django.apps import AppConfig


class BoxOfficeConfig(AppConfig):
    name = "apps.box_office"
