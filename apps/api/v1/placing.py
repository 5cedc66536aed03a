"""Placing an order, with every refusal as a problem."""

from __future__ import annotations

from datetime import datetime

from apps.api.problems import Problem
from apps.inventory.claims import SoldOut, VeryBusy
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
