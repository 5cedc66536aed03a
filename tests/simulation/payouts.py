"""Organizers and operators about money that leaves: proposed, decided by two, sent, taken back, drawn."""

from __future__ import annotations

from apps.accounts.models import PayoutMethod
from apps.payments.gateways.base import Kind
from apps.payouts.models import Payout
from apps.payouts.services.approve import approve
from apps.payouts.services.cancel import cancel
from apps.payouts.services.connect import connect_paypal
from apps.payouts.services.propose import propose
from apps.payouts.services.take_back import UNDOABLE, take_back
from apps.payouts.states import WAITING, PayoutState
from tests.simulation.life import Life

OPERATORS = ("user:1", "user:2")
FATES = ("SUCCESS", "SUCCESS", "UNCLAIMED", "FAILED", "RETURNED", "ONHOLD", "REFUNDED", "DENIED")
SENDABLE = (*WAITING, PayoutState.APPROVED)


def is_proposed(life: Life) -> str:
    method = life.some(PayoutMethod.objects.all())
    if method is None:
        return ""
    payout = propose(method, life.currency, at=life.at, actor=life.one_of(["system", *OPERATORS]))
    return f"{method.provider}: {_about(payout)}" if payout else ""


def is_approved(life: Life) -> str:
    payout = life.some(Payout.objects.filter(state__in=WAITING))
    if payout is None:
        return ""
    who = life.one_of(OPERATORS)
    approve(payout, actor=who, at=life.at)
    return f"by {who}: {_about(payout)}"


def is_paid_straight(life: Life) -> str:
    """As on most days: proposed, and decided by whom it takes."""
    done = is_proposed(life)
    payout = life.some(Payout.objects.filter(state__in=WAITING))
    if payout is None:
        return done
    for who in OPERATORS:
        if payout.state in WAITING and who != payout.proposed_by:
            approve(payout, actor=who, at=life.at)
    return _about(payout)


def is_cancelled(life: Life) -> str:
    payout = life.some(Payout.objects.filter(state__in=SENDABLE))
    if payout is None:
        return ""
    cancel(payout, actor="user:1", reason="wrong day", at=life.at)
    return _about(payout)


def is_taken_back(life: Life) -> str:
    undoable = [
        payout.pk
        for payout in Payout.objects.all()
        if payout.state == UNDOABLE[Kind(payout.provider)]
    ]
    payout = life.some(Payout.objects.filter(pk__in=undoable))
    if payout is None:
        return ""
    return _about(take_back(payout, actor="user:1", at=life.at))


def account_changes(life: Life) -> str:
    """Of the organizer at PayPal."""
    account = f"MERCHANT{life.chance.randrange(10**5):05}"
    connect_paypal(life.shop.organizer, account, actor="user:1", at=life.at)
    return account


def paypal_will(life: Life) -> str:
    """Whatever is sent to the organizer's account from now on."""
    fate = life.one_of(FATES)
    account = PayoutMethod.objects.get(provider="paypal").destination
    life.shop.sandbox.do("plan_payout", receiver=account, state=fate)
    return f"say {fate} to {account}"


def organizer_draws(life: Life) -> str:
    """What Stripe holds for them goes to their bank: it cannot be taken back any more."""
    account = PayoutMethod.objects.get(provider="stripe").destination
    life.shop.sandbox.do("drain_account", account=account)
    return "all of it"


def _about(payout: Payout) -> str:
    return f"payout {payout.pk} of {payout.amount_minor} is {payout.state}"
