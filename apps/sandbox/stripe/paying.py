from __future__ import annotations

from collections.abc import Callable

from apps.sandbox.http import Json
from apps.sandbox.stripe import charges, intents
from apps.sandbox.stripe.events import emit
from apps.sandbox.stripe.sessions import get
from apps.sandbox.world import World

BUYER_EMAIL = "buyer@example.com"


class NotPayable(Exception):
    """The session is complete or expired."""


def pay(world: World, session: str, email: str = "") -> None:
    """By card, at once."""
    row = _open_session(world, session, email)
    if row["amount_total"] == 0:
        _complete(world, row, payment_status="no_payment_required")
        return
    intent = intents.of_session(world, row)
    charge = charges.make(world, intent, row, method="card", status="succeeded")
    emit(world, "charge.succeeded", charge)
    intents.succeed(world, intent, charge)
    _complete(world, row, payment_status="paid")
    charges.settle_later(world, charge["id"])


def decline(world: World, session: str, email: str = "") -> None:
    """The card is refused; the session stays open for another try."""
    row = _open_session(world, session, email)
    intent = intents.of_session(world, row)
    charge = charges.make(world, intent, row, method="card", status="failed")
    emit(world, "charge.failed", charge)
    intents.fail(world, intent, charge)


def pay_later(world: World, session: str, email: str = "") -> None:
    """By direct debit that will clear."""
    _debit(world, session, email, "stripe.clear_debit")


def pay_later_in_vain(world: World, session: str, email: str = "") -> None:
    """By direct debit that will bounce."""
    _debit(world, session, email, "stripe.bounce_debit")


METHODS: dict[str, Callable[[World, str, str], None]] = {
    "pay": pay,
    "decline": decline,
    "pay_later": pay_later,
    "pay_later_in_vain": pay_later_in_vain,
}


def clear_debit(world: World, session: str) -> None:
    row, intent, charge = _pending(world, session)
    if intent["status"] != "processing":
        return
    charge |= {"status": "succeeded", "paid": True, "captured": True}
    world.store.put("charge", charge["id"], charge)
    emit(world, "charge.succeeded", charge)
    intents.succeed(world, intent, charge)
    row["payment_status"] = "paid"
    world.store.put("checkout.session", session, row)
    emit(world, "checkout.session.async_payment_succeeded", row)
    charges.settle_later(world, charge["id"])


def bounce_debit(world: World, session: str) -> None:
    row, intent, charge = _pending(world, session)
    if intent["status"] != "processing":
        return
    charge |= {
        "status": "failed",
        "failure_code": "insufficient_funds",
        "failure_message": "The customer's account has insufficient funds to cover this payment.",
    }
    world.store.put("charge", charge["id"], charge)
    emit(world, "charge.failed", charge)
    intents.fail(world, intent, charge)
    emit(world, "checkout.session.async_payment_failed", row)


def cancel_debit(world: World, session: str) -> None:
    """While it is under way; nothing is told of the session, which stays complete and unpaid."""
    _row, intent, charge = _pending(world, session)
    if intent["status"] != "processing":
        raise NotPayable(intent["status"])
    charge["status"] = "failed"
    world.store.put("charge", charge["id"], charge)
    intents.cancel(world, intent)


def _debit(world: World, session: str, email: str, job: str) -> None:
    row = _open_session(world, session, email)
    intent = intents.of_session(world, row)
    charge = charges.make(world, intent, row, method="sepa_debit", status="pending")
    emit(world, "charge.pending", charge)
    intents.process(world, intent, charge)
    _complete(world, row, payment_status="unpaid")
    world.later(world.options.delayed_seconds, job, session=session)


def _open_session(world: World, key: str, email: str) -> Json:
    session = get(world, key)
    if session["status"] != "open":
        raise NotPayable(session["status"])
    session["customer_details"] = {
        "address": None,
        "business_name": None,
        "email": email or session["customer_email"] or BUYER_EMAIL,
        "individual_name": None,
        "name": "Sandbox Buyer",
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }
    return session


def _complete(world: World, session: Json, *, payment_status: str) -> None:
    session |= {"status": "complete", "payment_status": payment_status, "url": None}
    world.store.put("checkout.session", session["id"], session)
    world.forget(f"expire:{session['id']}")
    emit(world, "checkout.session.completed", session)


def _pending(world: World, session: str) -> tuple[Json, Json, Json]:
    row = get(world, session)
    intent = world.store.need("payment_intent", row["payment_intent"])
    return row, intent, world.store.need("charge", intent["latest_charge"])
