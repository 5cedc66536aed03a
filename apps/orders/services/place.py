"""From a selection to an open order that holds its places."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Q

from apps.accounts.fees import Terms
from apps.accounts.models import ClubMember
from apps.core.references import new_reference
from apps.core.transitions import move
from apps.events.fees import terms_of
from apps.events.models import Event
from apps.inventory.claims import Claimer, Wish, claiming
from apps.orders.buyers import Buyer
from apps.orders.models import Order, OrderLine
from apps.orders.services.codes import claim_code, is_of_order
from apps.orders.services.draft_lines import draft_lines
from apps.orders.services.refused import Refused
from apps.orders.services.vouchers import claim_voucher
from apps.orders.states import UNPAID, Channel, OrderState
from apps.variants.models import Variant
from apps.variants.pricing import Quote, quote
from apps.variants.refusals import check
from apps.vouchers.check import Entered, enter_both, speaks_against

NO_CODE = Entered()
OPEN_ORDERS_PER_BUYER_MAX = 5
OPEN_ORDERS_PER_ADDRESS_MAX = 40  # a school or an office is one address too


class OpenOrderExists(Exception):
    """This buyer has an unpaid order for this event: continue it or replace it."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.reference)
        self.order = order


class TooManyHolds(Exception):
    """This buyer, or this address, holds as many unpaid orders as we allow."""


class KeyReused(Exception):
    """The idempotency key came before, with another request."""


class AlreadyPaid(Exception):
    """The order that was to be replaced is paid, or was replaced by this one already."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.reference)
        self.order = order


@dataclass(frozen=True, slots=True)
class Idempotency:
    """A caller's key: the same key and the same request give the same order."""

    scope: str
    key: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Selection:
    """
    heads: how many by variant id; zeros are dropped. code: as it was typed, or a gift voucher's.
    voucher: one beside a code, as it was typed.
    """

    event: Event  # with its organizer
    heads: Mapping[int, int]
    code: str = ""
    voucher: str = ""

    def without_code(self) -> Selection:
        return Selection(self.event, self.heads)

    def lines(self) -> list[tuple[Variant, int]]:
        wanted = {pk: count for pk, count in self.heads.items() if count > 0}
        found = {v.pk: v for v in Variant.objects.filter(event=self.event, pk__in=wanted)}
        for variant in found.values():
            variant.event = self.event
        missing = [pk for pk in wanted if pk not in found]
        if missing:
            raise UnknownVariant(missing)
        in_order = sorted(found.values(), key=lambda variant: (variant.position, variant.pk))
        return [(variant, wanted[variant.pk]) for variant in in_order]


class UnknownVariant(Exception):
    """The selection names variants this event does not have."""


@dataclass(frozen=True, slots=True)
class Priced:
    """What it costs, and the terms it is frozen with."""

    quote: Quote
    terms: Terms
    entered: Entered = NO_CODE


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How the order came to us."""

    channel: Channel = Channel.WEB
    language: str = "en"
    email: str = ""
    name: str = ""
    idempotency: Idempotency | None = None


def place(
    selection: Selection, buyer: Buyer, circumstances: Circumstances, *, at: datetime
) -> Order:
    """
    An open order, its places held for TICKET_PAYMENT_TIMEOUT minutes.

    :raises Refused, OpenOrderExists, TooManyHolds, KeyReused, UnknownVariant: nothing was held.
    :raises SoldOut, VeryBusy: from inventory; nothing was held.
    """
    if (before := known(circumstances.idempotency)) is not None:
        return before
    priced = _priced(selection, buyer, at=at)
    try:
        _refuse_too_many(selection.event, buyer)
        return _claim_and_write(selection, buyer, circumstances, priced, None, at=at)
    except (IntegrityError, OpenOrderExists):
        # A double click: the other request won, and its order is the answer.
        twin = known(circumstances.idempotency)
        if twin is not None:
            return twin
        _refuse_too_many(selection.event, buyer)
        raise


def replace(
    old: Order,
    selection: Selection,
    buyer: Buyer,
    circumstances: Circumstances,
    *,
    at: datetime,
) -> Order:
    """
    Cancel an unpaid order and place another, in one transaction, keeping the places that fit.

    Its started payments must have been abandoned before (cancel.abandon_payments).

    :raises AlreadyPaid: it is paid; nothing was changed.
    """
    priced = _priced(selection, buyer, at=at)
    return _claim_and_write(selection, buyer, circumstances, priced, old, at=at)


def same_selection(order: Order, selection: Selection) -> bool:
    chosen = {pk: count for pk, count in selection.heads.items() if count > 0}
    if chosen != dict(order.lines.values_list("variant_id", "quantity")):
        return False
    return is_of_order(order, selection.code)


def _priced(selection: Selection, buyer: Buyer, *, at: datetime) -> Priced:
    lines = selection.lines()
    event = selection.event
    members_only = any(variant.members_only for variant, _ in lines)
    member = members_only and _is_member(event, buyer, at=at)
    entered = enter_both(selection.code, selection.voucher, event, at=at)
    refusals = check(lines, event=event, member=member, opened=entered.opens, at=at)
    if (against := speaks_against(entered, lines)) is not None:
        refusals.append(against)
    if refusals:
        raise Refused(refusals)
    terms = terms_of(event, at=at)
    return Priced(quote(lines, terms=terms, discount=entered.discount), terms, entered)


def _is_member(event: Event, buyer: Buyer, *, at: datetime) -> bool:
    still_valid = Q(valid_until__isnull=True) | Q(valid_until__gte=at.date())
    members = ClubMember.objects.filter(still_valid, organizer=event.organizer)
    return members.filter(email__in=buyer.emails).exists()


def known(idempotency: Idempotency | None) -> Order | None:
    """
    The order this key made before.

    :raises KeyReused:
    """
    if idempotency is None:
        return None
    order = Order.objects.filter(
        idempotency_scope=idempotency.scope, idempotency_key=idempotency.key
    ).first()
    if order is not None and order.request_hash != idempotency.request_hash:
        raise KeyReused
    return order


def _refuse_too_many(event: Event, buyer: Buyer) -> None:
    same_buyer = Q(buyer=buyer.key)
    same_address = Q(address_hash=buyer.address_hash) if buyer.address_hash else same_buyer
    unpaid = list(Order.objects.unpaid().filter(same_buyer | same_address)[:100])
    mine = [order for order in unpaid if order.buyer == buyer.key]
    for order in mine:
        if order.event_id == event.pk:
            raise OpenOrderExists(order)
    if len(mine) >= OPEN_ORDERS_PER_BUYER_MAX or len(unpaid) >= OPEN_ORDERS_PER_ADDRESS_MAX:
        raise TooManyHolds


def _claim_and_write(
    selection: Selection,
    buyer: Buyer,
    circumstances: Circumstances,
    priced: Priced,
    old: Order | None,
    *,
    at: datetime,
) -> Order:
    order = draft_order(selection.event, buyer, circumstances, priced, at=at)
    wish = Wish(
        claim=order.claim,
        event_id=selection.event.pk,
        heads={line.variant.pk: line.quantity for line in priced.quote.lines},
        hold=timedelta(minutes=settings.TICKET_PAYMENT_TIMEOUT),
        taking_over=old.claim if old is not None else None,
    )

    def attempt(claim: Claimer) -> Order:
        order.pk = None
        locked = _lock_unpaid(old) if old is not None else None
        if priced.entered.code is not None or (old is not None and old.code_id is not None):
            claim_code(order, priced.entered.code, instead_of=old, hold=wish.hold)
        if priced.entered.voucher is not None or (locked is not None and locked.voucher_id):
            claim_voucher(order, priced.entered.voucher, instead_of=locked, lasts=wish.hold, at=at)
        held = claim(wish)
        order.pay_by = held.until or at + wish.hold
        if locked is not None:
            move(locked, OrderState.CANCELLED, actor=buyer.key, at=at, reason="replaced")
        order.save(force_insert=True)
        if locked is not None:
            Order.objects.filter(pk=locked.pk).update(replaced_by=order)
        OrderLine.objects.bulk_create(draft_lines(order, priced.quote))
        return order

    return claiming(attempt)


def _lock_unpaid(old: Order) -> Order:
    locked = Order.objects.select_for_update(no_key=True).get(pk=old.pk)
    if locked.state not in UNPAID:
        raise AlreadyPaid(locked.replaced_by or locked)
    return locked


def draft_order(
    event: Event, buyer: Buyer, circumstances: Circumstances, priced: Priced, *, at: datetime
) -> Order:
    idempotency, quoted = circumstances.idempotency, priced.quote
    return Order(
        reference=new_reference(8),
        event=event,
        organizer=event.organizer,
        channel=circumstances.channel,
        buyer=buyer.key,
        user=buyer.user,
        address_hash=buyer.address_hash,
        email=circumstances.email,
        name=circumstances.name,
        language=circumstances.language,
        currency=quoted.total.currency,
        total_minor=quoted.total.minor,
        fee_minor=quoted.fee.minor,
        buyer_fee_minor=quoted.buyer_fee.minor,
        discount_minor=quoted.discount.minor,
        code=priced.entered.code,
        passes_provider_fee=priced.terms.passes_provider_fee,
        claim=uuid.uuid4(),
        created_at=at,
        idempotency_scope=idempotency.scope if idempotency else "",
        idempotency_key=idempotency.key if idempotency else "",
        request_hash=idempotency.request_hash if idempotency else "",
    )
