"""An organizer's program gives money back."""

from __future__ import annotations

import hashlib
import json

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Status
from ninja.params.functions import Header

from apps.accounts.roles import Capability
from apps.api import problems
from apps.api.caller import caller_of
from apps.api.v1.schemas import Amount, RefundIn, RefundOut
from apps.core.money import Money
from apps.orders.models import Order, OrderRefund, Unit
from apps.orders.services.give_back import (
    Giving,
    InDispute,
    KeyReused,
    NotRefundable,
    UpgradedSince,
)
from apps.orders.services.refund import Amount as SomeOfIt
from apps.orders.services.refund import Choice, Tickets, Whole, refund

router = Router(tags=["orders"])


@router.post("/{reference}/refunds", response={201: RefundOut})
def create_refund(
    request: HttpRequest,
    reference: str,
    body: RefundIn,
    idempotency_key: str = Header(..., alias="Idempotency-Key", min_length=8, max_length=110),
) -> Status[RefundOut]:
    """
    The tickets stop admitting at once; the money goes back the way it was paid. The same key with
    the same body answers with the same refund; with another body it is refused.
    """
    caller = caller_of(request)
    order = Order.objects.select_related("event", "organizer").filter(reference=reference).first()
    if order is None or not caller.may(Capability.SEE_ORDERS, order.organizer):
        raise problems.not_found("order")
    caller.must(Capability.CHANGE_ORDERS, order.organizer)
    giving = Giving(
        caller.name,
        body.reason,
        back_on_sale=body.back_on_sale,
        key=f"api:{idempotency_key}",
        request_hash=_hash(body),
    )
    try:
        made = refund(order, _choice(order, body), giving, at=now())
    except KeyReused as error:
        text = "This key came before, with another body."
        raise problems.Problem(422, "idempotency_key_reused", text) from error
    except UpgradedSince as error:
        text = "One of its tickets was upgraded. Give the upgrade back first."
        raise problems.Problem(409, "upgraded_since", text) from error
    except InDispute as error:
        text = "The buyer's bank decides about this payment. Until then it is not refunded."
        raise problems.Problem(409, "in_dispute", text) from error
    except NotRefundable as error:
        text = "It is not paid, or not so much of it is left."
        raise problems.Problem(409, "not_refundable", text) from error
    return Status(201, refund_out(made))


def refunds_out(order: Order) -> list[RefundOut]:
    made = OrderRefund.objects.filter(order=order).select_related("refund", "order")
    made = made.prefetch_related("lines__unit__ticket").order_by("pk")
    return [refund_out(one) for one in made]


def refund_out(made: OrderRefund) -> RefundOut:
    lines = list(made.lines.all())
    currency = made.order.currency
    return RefundOut(
        kind=made.kind,
        amount=Amount(amount_minor=made.amount_minor, currency=currency),
        onto_voucher=Amount(amount_minor=made.voucher_minor, currency=currency),
        tax=Amount(amount_minor=sum(line.tax_minor for line in lines), currency=currency),
        status=_status(made),
        tickets=[line.unit.ticket.reference for line in lines if line.unit],
        created_at=made.created_at,
    )


def _status(made: OrderRefund) -> str:
    """Of the part that goes back at the provider; on a voucher it is at once."""
    if made.refund is not None:
        return made.refund.state
    return "succeeded" if made.voucher_minor else "none"


def _choice(order: Order, body: RefundIn) -> Choice:
    if body.kind == "whole":
        return Whole()
    if body.kind == "amount":
        if body.amount_minor is None:
            raise problems.Problem(422, "amount_missing", "Say how much goes back.")
        return SomeOfIt(Money(body.amount_minor, order.currency))
    wanted = set(body.tickets)
    units = Unit.objects.filter(line__order=order, ticket__reference__in=wanted)
    found = dict(units.values_list("ticket__reference", "pk"))
    if not wanted or len(found) != len(wanted):
        raise problems.Problem(422, "unknown_tickets", "Name tickets of this order.")
    return Tickets(frozenset(found.values()))


def _hash(body: RefundIn) -> str:
    return hashlib.sha256(json.dumps(body.dict(), sort_keys=True).encode()).hexdigest()
