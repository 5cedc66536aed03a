"""A ticket becomes a better one: an order over the difference, which ends the old one when it is paid."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from apps.core.money import Money
from apps.core.transitions import IllegalTransition, LostRace
from apps.events.fees import terms_of
from apps.events.models import Event
from apps.inventory import holds
from apps.inventory.claims import Claimer, Wish, claiming
from apps.inventory.models import Draw
from apps.orders.buyers import Buyer
from apps.orders.models import Order, OrderLine, Unit, UnitPlace
from apps.orders.services.draft_lines import draft_lines
from apps.orders.services.place import (
    Circumstances,
    Priced,
    draft_order,
    known,
)
from apps.orders.services.refused import Refused
from apps.tickets.services.pass_on import pass_on
from apps.tickets.states import TicketState
from apps.variants.models import Variant
from apps.variants.pricing import quote_upgrade
from apps.variants.refusals import check

NAME_MAX = 80


class NotUpgradable(Exception):
    """It admits no more, or was an upgrade itself."""


def begin_upgrade(
    unit: Unit, variant: Variant, buyer: Buyer, circumstances: Circumstances, *, at: datetime
) -> Order:
    """
    An open order that holds what the variant needs beyond what the unit has already.

    unit: with its ticket, line, order and event. variant: of the same event.
    :raises NotUpgradable, Refused, KeyReused: nothing was held.
    :raises SoldOut, VeryBusy: from inventory; nothing was held.
    """
    if (order := known(circumstances.idempotency)) is not None:
        return order
    event, old = unit.line.order.event, unit.line
    _check(unit, variant, event, at=at)
    terms = terms_of(event, at=at)
    priced = Priced(quote_upgrade(variant, face_of_one(old), terms=terms), terms)
    same_person = replace(circumstances, name=unit.ticket.holder_name)
    order = draft_order(event, buyer, same_person, priced, at=at)
    wish = Wish(
        claim=order.claim,
        event_id=event.pk,
        heads={variant.pk: 1},
        hold=timedelta(minutes=settings.TICKET_PAYMENT_TIMEOUT),
        besides=frozenset(old.variant.draws.values_list("quota_id", flat=True)),
    )

    def attempt(claim: Claimer) -> Order:
        order.pk = None
        order.pay_by = claim(wish).until or at + wish.hold
        order.save(force_insert=True)
        (line,) = draft_lines(order, priced.quote)
        line.upgrades = unit
        names = {"new": variant.name, "old": old.variant.name}
        line.name = (_("%(new)s instead of %(old)s") % names)[:NAME_MAX]
        line.save(force_insert=True)
        return order

    return claiming(attempt)


def face_of_one(line: OrderLine) -> Money:
    """What the organizer asked for one, without the fee that came on top."""
    return Money(line.face_minor // line.quantity, line.order.currency)


def make_way(order: Order, *, actor: str, at: datetime) -> Unit | None:
    """
    In the transaction that confirms the order, before it does: what it upgrades ends, and hands over
    the places both need. The ended unit; None for an order that upgrades nothing.

    :raises NotUpgradable: roll back.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the old ticket ends with the sale of the new one")
    line = OrderLine.objects.filter(order=order, upgrades__isnull=False).first()
    if line is None:
        return None
    # The order first, as wherever its units end.
    orders = Order.objects.select_for_update(no_key=True, of=("self",))
    sold = orders.get(lines__units__upgraded_by=line)
    unit = Unit.objects.select_related("ticket").get(upgraded_by=line)
    if unit.ended_at is not None or unit.ticket.state != TicketState.VALID:
        raise NotUpgradable
    try:
        pass_on(unit.ticket, reason=line.name, actor=actor, at=at)
    except (IllegalTransition, LostRace) as gone:
        raise NotUpgradable from gone
    _hand_over(unit, sold, to=order, needs=line.variant_id)
    Unit.objects.filter(pk=unit.pk).update(ended_at=at)
    return unit


def _check(unit: Unit, variant: Variant, event: Event, *, at: datetime) -> None:
    living = unit.ended_at is None and unit.ticket.state == TicketState.VALID
    if not living or unit.line.upgrades_id is not None or unit.line.variant_id == variant.pk:
        raise NotUpgradable
    variant.event = event
    refusals = check([(variant, 1)], event=event, member=False, at=at)
    if refusals:
        raise Refused(refusals)


def _hand_over(unit: Unit, sold: Order, *, to: Order, needs: int) -> None:
    holds.share_event(to.event_id)
    needed = set(Draw.objects.filter(variant=needs).values_list("quota_id", flat=True))
    taken = UnitPlace.objects.filter(unit=unit)
    places = list(taken.values_list("place__quota_id", "place_id"))
    taken.delete()
    holds.hand_over(sold.claim, [p for quota, p in places if quota in needed], to=to.claim)
    holds.give_back(sold.claim, [p for quota, p in places if quota not in needed])
