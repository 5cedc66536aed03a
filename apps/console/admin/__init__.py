"""Every admin class of both sites. Django's autodiscovery imports this package."""

from apps.console.admin import events, orders, organizer, places, team

__all__ = ["events", "orders", "organizer", "places", "team"]
