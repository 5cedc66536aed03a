"""Who may do what for an organizer: one matrix."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    STAFF = "staff", _("Door staff")


class Capability(models.TextChoices):
    MANAGE_ORGANIZER = "manage_organizer"  # profile, legal texts, team, API keys
    MANAGE_PAYOUTS = "manage_payouts"  # payout methods, see balances and statements
    MANAGE_EVENTS = "manage_events"  # events, variants, quotas
    SEE_ORDERS = "see_orders"  # orders, attendees, exports
    CHANGE_ORDERS = "change_orders"  # refund, resend, correct, complimentary tickets
    BLOCK_TICKETS = "block_tickets"
    SCAN = "scan"  # the door
    SELL_AT_DOOR = (
        "sell_at_door"  # the box office on their own phone; a till is trust beyond scanning
    )


MATRIX: dict[Role, frozenset[Capability]] = {
    Role.OWNER: frozenset(Capability),
    Role.ADMIN: frozenset(Capability) - {Capability.MANAGE_PAYOUTS},
    Role.STAFF: frozenset({Capability.SCAN}),
}


def roles_with(capability: Capability) -> list[Role]:
    return [role for role, capabilities in MATRIX.items() if capability in capabilities]
