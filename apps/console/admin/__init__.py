"""Every admin class of both sites. Django's autodiscovery imports this package."""

from apps.console.admin import (
    api_keys,
    events,
    fees,
    machinery,
    orders,
    organizer,
    places,
    platform,
    team,
    tills,
    trail,
)

__all__ = [
    "api_keys",
    "events",
    "fees",
    "machinery",
    "orders",
    "organizer",
    "places",
    "platform",
    "team",
    "tills",
    "trail",
]
