"""What stands in the sidebar. A link is shown to who may open it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability

if TYPE_CHECKING:
    from apps.console.sites import ConsoleSite

Groups = Sequence[tuple[str | Promise, Sequence[str]]]

ANY = tuple(Capability)

ORGANIZER: Groups = (
    (_("Sell"), ("events.event", "orders.order", "tickets.ticket", "seating.venue")),
    (
        _("Money"),
        (
            "payouts.payout",
            "payments.dispute",
            "accounts.payoutmethod",
            "accounts.feeterms",
            "box_office.till",
        ),
    ),
    (
        _("Organizer"),
        (
            "accounts.organizer",
            "accounts.membership",
            "accounts.invitation",
            "accounts.clubmember",
            "notifications.mail",
            "accounts.apikey",
        ),
    ),
)

PLATFORM: Groups = (
    (_("Organizers"), ("accounts.organizer", "accounts.user", "events.event", "seating.venue")),
    (_("Sales"), ("orders.order", "tickets.ticket", "notifications.mail")),
    (
        _("Money"),
        (
            "reconciliation.case",
            "payouts.payout",
            "payments.payment",
            "payments.refund",
            "payments.dispute",
            "payments.fraudwarning",
            "ledger.ledgeraccount",
            "ledger.posting",
            "reconciliation.banktransfer",
            "reconciliation.balanceline",
