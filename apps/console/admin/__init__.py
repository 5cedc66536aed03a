"""Every admin class of both sites. Django's autodiscovery imports this package."""

from apps.console.admin import events, machinery, orders, organizer, places, platform, team

__all__ = ["events", "machinery", "orders", "organizer", "places", "platform", "team"]
