"""Placing an order and naming its invoice, with every refusal as a problem."""

from __future__ import annotations

from datetime import datetime

from apps.api.problems import Problem
from apps.api.v1.schemas import InvoiceTo
from apps.inventory.claims import SoldOut, VeryBusy
from apps.orders.billing import NOBODY_ELSE, PREFIX, Billing, BillingFields, initial
from apps.orders.buyers import Buyer
from apps.orders.models import Order
from apps.orders.services.place import (
    Circumstances,
    KeyReused,
    OpenOrderExists,
    Selection,
    TooManyHolds,
    UnknownVariant,
    place,
)
from apps.orders.services.refused import Refused
from apps.orders.views import refusals


def place_or_problem(
    selection: Selection, buyer: Buyer, circumstances: Circumstances, *, at: datetime
) -> Order:
    """
    :raises Problem: nothing was held.
    """
    try:
        return place(selection, buyer, circumstances, at=at)
    except Refused as refused:
        first = refused.refusals[0]
        fields = [
            {"code": r.reason, "variant": r.variant.pk if r.variant else None, "message": r.text}
            for r in refused.refusals
        ]
        raise Problem(409, first.reason, first.text, fields=fields) from refused
    except SoldOut as sold_out:
        refusal = refusals.sold_out(sold_out)
        raise Problem(409, refusal.reason, refusal.text, left=sold_out.left) from sold_out
    except OpenOrderExists as exists:
        text = "You have an unpaid order for this event: pay or cancel it first."
        raise Problem(409, "open_order_exists", text, order=exists.order.reference) from exists
    except KeyReused as reused:
        text = "This Idempotency-Key came before with another body."
        raise Problem(422, "idempotency_key_reused", text) from reused
    except UnknownVariant as unknown:
        raise Problem(422, "unknown_variant", "The event has no such variant.") from unknown
    except VeryBusy as busy:
        raise Problem(503, "very_busy", "Very many are buying: try again.", retry_after=1) from busy
    except TooManyHolds as holds:
        refusal = refusals.of(holds)
        raise Problem(409, refusal.reason, refusal.text) from holds


def billing_or_problem(invoice: InvoiceTo | None) -> Billing:
    """
    By the rules of the checkout's form.

    :raises Problem: the address has a hole, or the VAT id is none.
    """
    if invoice is None:
        return NOBODY_ELSE
    form = BillingFields(initial(invoice.dict()))
    if form.is_valid() and (billing := form.billing()).has_address:
        return billing
    fields = [
        {"field": f"invoice.{name.removeprefix(PREFIX)}", "message": str(messages[0])}
        for name, messages in form.errors.items()
    ]
    if f"{PREFIX}vat_id" in form.errors:
        raise Problem(422, "vat_id_invalid", "This is no VAT id of the EU.", fields=fields)
    raise Problem(422, "invoice_incomplete", "An invoice needs the whole address.", fields=fields)
