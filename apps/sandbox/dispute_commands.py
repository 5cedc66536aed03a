"""What buyers and their banks do after the sale, by name of a payment or of a dispute."""

from __future__ import annotations

from types import ModuleType

from apps.sandbox.http import Json
from apps.sandbox.paypal import disputes as paypal
from apps.sandbox.stripe import disputes as stripe
from apps.sandbox.stripe import warnings
from apps.sandbox.world import World


def dispute(
    world: World, payment: str, how: str = "dispute", amount: int = 0, reason: str = ""
) -> str:
    """how: dispute or inquiry; payment: a Stripe session, intent or charge, a PayPal order or capture."""
    if how not in {"dispute", "inquiry"}:
        raise ValueError("how is dispute or inquiry")
    given = {"inquiry": how == "inquiry", "amount": int(amount), "reason": reason}
    if charge := _charge(world, payment):
        return str(stripe.open_dispute(world, charge, **given)["id"])  # type: ignore[arg-type]  # checked by the command
    return str(paypal.open_dispute(world, _capture(world, payment), **given)["dispute_id"])  # type: ignore[arg-type]  # checked by the command


def inquire(world: World, payment: str) -> str:
    """The buyer's bank only asks."""
    return dispute(world, payment, how="inquiry")


def escalate_dispute(world: World, dispute: str) -> None:
    """An inquiry becomes a dispute: now the money is taken."""
    _of(dispute).escalate(world, dispute)


def win_dispute(world: World, dispute: str, **how: bool) -> None:
    """fee_back: Stripe returns its fee too."""
    _of(dispute).win(world, dispute, **how)


def lose_dispute(world: World, dispute: str) -> None:
    _of(dispute).lose(world, dispute)


def withdraw_dispute(world: World, dispute: str) -> None:
    _of(dispute).withdraw(world, dispute)


def warn_of_fraud(world: World, payment: str) -> str:
    """An early fraud warning; Stripe only."""
    charge = _charge(world, payment)
    if charge is None:
        raise ValueError("PayPal does not warn")
    return str(warnings.warn(world, charge)["id"])


def reverse(world: World, payment: str) -> str:
    """The bank takes a PayPal payment back, without a case."""
    return str(paypal.reverse(world, _capture(world, payment))["id"])


def disputes_shown(world: World, most: int) -> list[Json]:
    rows = [
        {"id": d["id"], "amount": d["amount"], "currency": d["currency"], "state": d["status"]}
        for d in world.store.newest("dispute")[:most]
    ]
    return rows + [
        {
            "id": d["dispute_id"],
            "text": "{value} {currency_code}".format(**d["dispute_amount"]),
            "state": f"{d['dispute_life_cycle_stage']}, {d['status']}".lower(),
        }
        for d in world.store.newest("paypal_dispute")[:most]
    ]


def _of(dispute: str) -> ModuleType:
    return paypal if dispute.startswith("PP-") else stripe


def _charge(world: World, payment: str) -> str | None:
    """None when it is PayPal's."""
    store = world.store
    if payment.startswith("cs_"):
        payment = store.need("checkout.session", payment)["payment_intent"]
    if payment.startswith("pi_"):
        payment = store.need("payment_intent", payment)["latest_charge"]
    return payment if payment.startswith("ch_") else None


def _capture(world: World, payment: str) -> str:
    if world.store.get("capture", payment):
        return payment
    captured = world.store.oldest("capture", _order=payment)
    if not captured:
        raise ValueError("nothing was captured")
    return str(captured[-1]["id"])


DISPUTES = (
    dispute,
    inquire,
    escalate_dispute,
    win_dispute,
    lose_dispute,
    withdraw_dispute,
    warn_of_fraud,
    reverse,
)
