from anymail.signals import tracking
from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "apps.notifications"

    def ready(self) -> None:
        # Models can only be imported now.
        from apps.notifications.bounces import on_tracking

        tracking.connect(on_tracking, dispatch_uid="notifications.bounces")
