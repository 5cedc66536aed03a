from __future__ import annotations

from datetime import datetime
from uuid import UUID

from apps.box_office.models import Till
from apps.box_office.services.sell import circumstances_of, refuse_too_many, scope_of
from apps.checkin.models import Entry
from apps.orders.buyers import Buyer
from apps.orders.models import Order, Unit
from apps.orders.services.upgrade import NotUpgradable, begin_upgrade
from apps.tickets.models import Ticket
from apps.variants.models import Variant


class WentIn(NotUpgradable):
    """It admitted somebody already: a second ticket in its stead would admit another."""


def unit_of(ticket: Ticket) -> Unit:
    units = Unit.objects.select_related("ticket", "line__variant", "line__order__event__organizer")
    return units.get(ticket=ticket)


def begin(
    till: Till, ticket: Ticket, variant: Variant, *, sale: UUID, language: str, at: datetime
) -> Order:
    """
    A sale of the difference: paid, it ends this ticket. The same sale again is the same order.

    :raises NotUpgradable, TooManyHolds, and what `begin_upgrade` raises: nothing was held.
    """
    refuse_too_many(till, sale, at=at)
    if Entry.objects.standing().filter(ticket=ticket).exists():
        raise WentIn
    buyer = Buyer(f"{scope_of(till.device_id)}:{sale}")
    chosen = circumstances_of(till, sale, (ticket.pk, variant.pk), language=language)
    return begin_upgrade(unit_of(ticket), variant, buyer, chosen, at=at)
