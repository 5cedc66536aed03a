"""Every admin class of both sites. Django's autodiscovery imports this package."""

from apps.console.labels import name_fields, name_models

name_models()
name_fields()  # before the forms below take their labels from them

from apps.console.admin import (  # noqa: E402 - see above
    api_keys,
    codes,
    disputes,
    events,
    exports,
    fees,
    invoices,
    ledger,
    machinery,
    orders,
    organizer,
    places,
    platform,
    reconciliation,
    team,
    tills,
    trail,
    vouchers,
)

__all__ = [
    "api_keys",
    "codes",
    "disputes",
    "events",
    "exports",
    "fees",
    "invoices",
    "ledger",
    "machinery",
    "orders",
    "organizer",
    "places",
    "platform",
    "reconciliation",
    "team",
    "tills",
    "trail",
    "vouchers",
]
