"""Every admin class of both sites. Django's autodiscovery imports this package."""

from apps.console.admin import events, orders, places

__all__ = ["events", "orders", "places"]
