from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, QuerySet

from apps.core.asked_often import AskedOften
from apps.core.money import Money
from apps.core.transitions import move
from apps.payments.gateways import errors
from apps.payments.gateways.base import RefundView
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Refund
from apps.payments.polling import GIVE_UP
from apps.payments.services.apply_refund import apply_refund
from apps.payments.services.reconcile_refunds import reconcile_refunds, reference_of
from apps.payments.states import RefundState

# A key lives 24 hours at Stripe, 45 days at PayPal. Later one looks first, and does not ask twice.
KEY_LIFE = timedelta(hours=23)
FUNDS_PAUSE = timedelta(hours=1)
UNHEARD = timedelta(minutes=10)

# Of these the cause is ours, or a payment that the provider has lost: a person has to look.
_NOTHING_FOUND = (errors.NotFound, errors.Invalid, errors.Unsupported)
_FINAL = (errors.AlreadyDone, errors.Declined, *_NOTHING_FOUND)

log = structlog.get_logger(__name__)


def submit_refund(refund_id: int, *, at: datetime) -> None:
    """
    Send a requested refund to its provider, or find out what became of one that was sent.

    Safe to repeat at any time. Not in a transaction.

    :raises GatewayError: the outcome is open or the cause is passing; call again.
    """
    refund = _begin(refund_id, at=at)
    if refund is None or (_key_is_dead(refund, at=at) and _known_to_provider(refund, at=at)):
        return
    try:
        seen = _send(refund)
    except errors.InsufficientFunds as error:
        if at - refund.created_at > GIVE_UP:
            _fail(refund, error, f"no funds for {GIVE_UP.days} days: {error.code}", at=at)
        else:
            _wait(refund, error, until=at + FUNDS_PAUSE)
    except _FINAL as error:
        _refused(refund, error, at=at)
    except errors.OutcomeUnknown as error:
        _note_unknown(refund, error, at=at)
        raise
    else:
        with transaction.atomic():
            apply_refund(refund.pk, seen, at=at)


def look_up_refund(refund: Refund, *, at: datetime) -> None:
    """
    Ask how a refund that was sent is doing.

    :raises GatewayError: it could not be asked.
    """
    if not refund.provider_id:
        submit_refund(refund.pk, at=at)
        return
    gateway = GATEWAYS[refund.payment.provider]
    seen = gateway.fetch_refund(refund.provider_id, refund.payment.ids)
    with transaction.atomic():
        apply_refund(refund.pk, seen, at=at)


def _begin(refund_id: int, *, at: datetime) -> Refund | None:
    """None when it was answered already. Committed before the call: from here on it may have gone."""
    with transaction.atomic():
        refund = _REFUNDS.get(refund_id)
        if refund.state == RefundState.REQUESTED:
            move(refund, RefundState.SUBMITTING, actor="system", at=at, next_poll_at=at + UNHEARD)
    return refund if refund.state == RefundState.SUBMITTING else None


def _locked(pk: int) -> QuerySet[Refund]:
    rows = Refund.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("payment").filter(pk=pk)


_REFUNDS = AskedOften(_locked, -1)


def _key_is_dead(refund: Refund, *, at: datetime) -> bool:
    return at - refund.created_at > KEY_LIFE


def _send(refund: Refund) -> RefundView:
    payment = refund.payment
    return GATEWAYS[payment.provider].refund(
        payment.ids,
        key=f"refund-{payment.reference}-{refund.pk}-{refund.attempt}",
        amount=refund.amount,
        reason="",
        reference=reference_of(refund),
    )


def _known_to_provider(refund: Refund, *, at: datetime) -> bool:
    reconcile_refunds(refund.payment, at=at)
    refund.refresh_from_db()
    return refund.state != RefundState.SUBMITTING


def _refused(refund: Refund, error: errors.GatewayError, *, at: datetime) -> None:
    """Asked again it would say the same. Unless it was done before: what finds nothing cannot tell."""
    blind = isinstance(error, _NOTHING_FOUND)
    if blind and refund.outcome_unknown:
        raise error
    try:
        known = _known_to_provider(refund, at=at)
    except errors.NotFound:  # nor does it know the payment
        if not blind:
            raise
        known = False
    if not known:
        _fail(refund, error, error.code, at=at)


def _fail(refund: Refund, error: errors.GatewayError, reason: str, *, at: datetime) -> None:
    """From now on it is owed to the buyer, and an operator sends it back."""
    log.error("refund_refused", refund=refund.pk, code=error.code, request=error.request_id)
    no = RefundView(
        state=RefundState.FAILED,
        id="",
        amount=refund.amount,
        fee_returned=Money.zero(refund.amount.currency),
        reason=reason,
    )
    with transaction.atomic():
        apply_refund(refund.pk, no, at=at)


def _wait(refund: Refund, error: errors.InsufficientFunds, *, until: datetime) -> None:
    log.error("refund_waits_for_funds", refund=refund.pk, code=error.code)
    Refund.objects.filter(pk=refund.pk, state=RefundState.SUBMITTING).update(
        reason=error.code, next_poll_at=until
    )


def _note_unknown(refund: Refund, error: errors.OutcomeUnknown, *, at: datetime) -> None:
    row = Refund.objects.filter(pk=refund.pk, state=RefundState.SUBMITTING)
    row.update(outcome_unknown=True, next_poll_at=at + timedelta(minutes=1))
    if isinstance(error, errors.ProviderFailed) and not _known_to_provider(refund, at=at):
        # It says it failed, and shows nothing: under the old key it would only say so again.
        row.update(attempt=F("attempt") + 1)
