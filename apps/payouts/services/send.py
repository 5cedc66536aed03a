"""
Sends a payout. The row says SENDING, with its destination frozen, before the provider hears of it;
its reference is the batch and the key, so sending it again pays once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext, override

from apps.accounts.states import OrganizerState
from apps.core.transitions import move
from apps.payments.gateways import errors
from apps.payments.gateways.base import Kind, PayoutItem, PayoutItemView, PayoutRequest, PayoutState
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payouts.models import Payout
from apps.payouts.schedule import first_look
from apps.payouts.services.apply import apply
from apps.payouts.states import PayoutState as State

# How long a provider knows a request again: well inside Stripe's 24 hours and PayPal's 30 days.
# After that, sending it again would pay it again.
RESEND_WITHIN = {Kind.STRIPE: timedelta(hours=20), Kind.PAYPAL: timedelta(days=25)}

# The provider refused it for good, or cannot be asked for such a sum: nothing left.
_REFUSED = (
    *(errors.Declined, errors.Invalid, errors.NotFound, errors.InsufficientFunds),
    errors.Unsupported,
)

log = structlog.get_logger(__name__)


class NotNow(Exception):
    """It waits, unsent: the balance at the provider does not cover it yet, or its organizer is suspended."""


def send(payout: Payout, *, at: datetime) -> Payout:
    """
    Also again, after a crash or an unknown outcome. Needs no transaction around it.

    :raises NotNow: try later; nothing was sent.
    :raises GatewayError: the outcome is not known; safe to try again.
    """
    payout = Payout.objects.select_related("organizer").get(pk=payout.pk)
    if payout.state == State.APPROVED:
        _check_organizer(payout)
        _check_funds(payout)
        payout = _begin(payout, at=at)
    if payout.state != State.SENDING:
        return payout
    if at - (payout.sent_at or at) > RESEND_WITHIN[Kind(payout.provider)]:
        _give_to_operator(payout)
        return payout
    return apply(payout.pk, _ask(payout), actor=f"provider:{payout.provider}", at=at)


def item_of(payout: Payout) -> PayoutItem:
    """Frozen: a provider compares a repeat with the first."""
    return PayoutItem(payout.reference, payout.destination, payout.amount, payout.note)


def _check_organizer(payout: Payout) -> None:
    """Since it was approved, something was found out: whoever suspended them also says what becomes of it."""
    if payout.organizer.state != OrganizerState.APPROVED:
        Payout.objects.filter(pk=payout.pk).update(problem=f"organizer {payout.organizer.state}")
        raise NotNow(payout.reference)


def _check_funds(payout: Payout) -> None:
    try:
        funds = PAYOUT_GATEWAYS[payout.provider].funds(payout.currency)
    except errors.NotPermitted:
        return  # not every account may ask; the provider then refuses by itself
    if funds < payout.amount:
        Payout.objects.filter(pk=payout.pk).update(problem=f"insufficient funds: {funds.plain()}")
        log.warning("payout_waits_for_funds", payout=payout.reference, provider=payout.provider)
        raise NotNow(payout.reference)


def _begin(payout: Payout, *, at: datetime) -> Payout:
    """From its commit on nobody knows the outcome, until an answer is applied."""
    with override(payout.organizer.language):
        note = gettext("Payout %(reference)s") % {"reference": payout.reference}
    with transaction.atomic():
        locked = Payout.objects.select_for_update(no_key=True).get(pk=payout.pk)
        if locked.state == State.APPROVED:
            move(
                locked,
                State.SENDING,
                actor="system",
                at=at,
                sent_at=at,
                next_poll_at=first_look(at=at),
                note=note,
                problem="",
                outcome_unknown=True,
            )
    return locked


def _ask(payout: Payout) -> PayoutItemView:
    request = PayoutRequest(batch=payout.reference, items=(item_of(payout),), subject=payout.note)
    try:
        (view,) = PAYOUT_GATEWAYS[payout.provider].send(request)
    except _REFUSED as refusal:
        return PayoutItemView(
            payout.reference, PayoutState.FAILED, {}, payout.amount, reason=refusal.code
        )
    except errors.GatewayError as trouble:
        Payout.objects.filter(pk=payout.pk).update(problem=str(trouble)[:200])
        raise
    return view


def _give_to_operator(payout: Payout) -> None:
    """Asking again might pay it again: a person must look (`resolve.py`)."""
    Payout.objects.filter(pk=payout.pk).update(
        next_poll_at=None, problem="unknown outcome: look at the provider"
    )
    log.error("payout_outcome_unknown", payout=payout.reference, provider=payout.provider)
