from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any

from apps.sandbox import dashboard, deliveries, faults
from apps.sandbox.dispute_commands import DISPUTES
from apps.sandbox.http import Json
from apps.sandbox.ids import paypal_id
from apps.sandbox.paypal import book, orders, payout_items, tokens
from apps.sandbox.paypal import refunds as paypal_refunds
from apps.sandbox.presets import preset
from apps.sandbox.stripe import accounts, balance, copies, paying, sessions, transfers
from apps.sandbox.stripe import refunds as stripe_refunds
from apps.sandbox.world import World


class BadCommand(Exception):
    """Says what is wrong with a control command."""


def run(world: World, command: str, args: Mapping[str, Any]) -> Any:
    """One control command, by name; the answer is JSON."""
    if command not in COMMANDS:
        raise BadCommand(f"unknown command {command!r}; known: {', '.join(sorted(COMMANDS))}")
    try:
        with world.turn():
            answer = COMMANDS[command](world, **args)
    except (TypeError, ValueError, KeyError, paying.NotPayable) as error:
        raise BadCommand(f"{command}: {error}") from error
    return answer


def switch_webhooks(world: World, **values: Any) -> Json:
    """duplicate, delay (seconds), drop (how many; -1 all), disorder."""
    return deliveries.set_switches(world, **values)


def send_webhooks_to(world: World, origin: str) -> None:
    world.options = replace(world.options, webhooks=origin.rstrip("/"))
    preset(world)


def add_fault(
    world: World, operation: str, kind: str, times: int = 1, seconds: float = 1.0, code: str = ""
) -> Json:
    """code: what the provider says, of a call that it refuses."""
    return faults.add(world, operation, kind, times=int(times), seconds=float(seconds), code=code)


def clear_faults(world: World) -> None:
    faults.clear(world)


def advance(world: World, seconds: float) -> float:
    """Moves the clock of both providers; answers by how much it is now off."""
    world.advance(float(seconds))
    return world.shift


def pay(world: World, session: str, how: str = "pay", email: str = "") -> None:
    """What the buyer does on Stripe's page: pay, decline, pay_later, pay_later_in_vain."""
    paying.METHODS[how](world, session, email)


def expire(world: World, session: str) -> None:
    sessions.end(world, session)


def cancel_debit(world: World, session: str) -> None:
    """Somebody cancels a direct debit under way in Stripe's dashboard."""
    paying.cancel_debit(world, session)


def approve(world: World, order: str, how: str = "approve") -> None:
    """What the buyer does on PayPal's page: approve, declined, echeck, echeck_bounces, …"""
    orders.approve(world, order, how)


def plan_stripe_refund(world: World, outcome: str) -> None:
    stripe_refunds.plan_next(world, outcome)


def plan_paypal_refund(world: World, outcome: str) -> None:
    paypal_refunds.plan_next(world, outcome)


def fund(world: World, provider: str, currency: str, amount: int) -> None:
    """Money from the bank to a provider's balance, in minor units."""
    if provider == "stripe":
        balance.book(
            world, kind="topup", source=None, amount=int(amount), currency=currency.lower()
        )
    else:
        entry = book.Entry(paypal_id(), "T0300", int(amount), 0, currency.upper())
        book.enter(world, entry)


def submit_account(world: World, account: str) -> None:
    """What an organizer does on Stripe's onboarding page."""
    accounts.submit(world, account)


def restrict_account(world: World, account: str) -> None:
    accounts.restrict(world, account)


def disconnect_account(world: World, account: str) -> None:
    """Its owner ends the connection to the platform, on Stripe's pages."""
    accounts.disconnect(world, account)


def refuse_by_bank(world: World, account: str, amount: int) -> None:
    """Stripe's payout from the account to its owner's bank comes back."""
    accounts.refuse_by_bank(world, account, amount)


def drain_account(world: World, account: str) -> None:
    """Stripe pays the account's balance to its bank, so that nothing can be reversed."""
    transfers.drain(world, account)


def plan_payout(world: World, receiver: str, state: str) -> None:
    """What becomes of PayPal payouts to a receiver: SUCCESS, UNCLAIMED, FAILED, …"""
    payout_items.plan(world, receiver, state)


def revoke_tokens(world: World) -> None:
    tokens.revoke_all(world)


def tune(world: World, **values: float) -> Json:
    """Sets waiting times, such as `settle_seconds`."""
    unknown = [name for name in values if not name.endswith("_seconds")]
    if unknown:
        raise ValueError(f"not a waiting time: {', '.join(unknown)}")
    world.options = replace(world.options, **{name: float(v) for name, v in values.items()})  # type: ignore[arg-type]  # all of these are floats
    return {name: v for name, v in asdict(world.options).items() if name.endswith("_seconds")}


def sent(world: World) -> list[Json]:
    return world.store.newest("delivery")


def resend(world: World, delivery: str) -> Json:
    """Once more, under a signature of now."""
    old = world.store.need("delivery", delivery)
    kind = "event" if old["provider"] == "stripe" else "paypal_event"
    event = world.store.need(kind, old["event"])
    endpoint = {"id": old["endpoint"], "url": old["url"]}
    return deliveries.write(world, old["provider"], event, endpoint, wait=0)


def idle(world: World) -> Json:
    """What is still to come: jobs and webhooks on their way."""
    return {
        "jobs": world.store.oldest("job"),
        "deliveries": world.store.oldest("delivery", state="pending"),
    }


COMMANDS: Mapping[str, Callable[..., Any]] = {
    command.__name__: command
    for command in (
        switch_webhooks,
        send_webhooks_to,
        add_fault,
        clear_faults,
        advance,
        pay,
        copies.copy_payment,
        expire,
        cancel_debit,
        approve,
        plan_stripe_refund,
        plan_paypal_refund,
        fund,
        dashboard.move_money,
        dashboard.refund_there,
        dashboard.restate,
        dashboard.lose_line,
        dashboard.allow_reports,
        submit_account,
        restrict_account,
        disconnect_account,
        drain_account,
        refuse_by_bank,
        plan_payout,
        revoke_tokens,
        tune,
        sent,
        resend,
        idle,
        *DISPUTES,
    )
}
