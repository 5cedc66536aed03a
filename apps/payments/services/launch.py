from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from apps.payments.gateways import errors
from apps.payments.gateways.base import Attempt
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Payment
from apps.payments.services.apply import apply
from apps.payments.states import PaymentState

# Nothing is wrong with the attempt: the same request may be sent again.
PASSING = (errors.Throttled, errors.Unavailable, errors.OutcomeUnknown)


def launch(payment: Payment, *, at: datetime) -> Payment:
    """
    Ask the provider for the page where the buyer pays. Not in a transaction.

    Safe to repeat: the same row sends the same request under the same key.

    :raises GatewayError: when it is passing, launch again; otherwise the payment has failed.
    """
    try:
        attempt = _start(payment)
    except errors.OutcomeUnknown as error:
        _note_unknown(payment, error)
        raise
    except PASSING:
        raise
    except errors.GatewayError as error:
        _apply(payment, _refused(error), at=at)
        raise
    return _apply(payment, attempt, at=at)


def start_again(payment: Payment) -> Attempt:
    """
    What became of a start whose answer was never heard: the same key brings it. Nothing is written.

    :raises GatewayError: only when it is passing.
    """
    try:
        return _start(payment)
    except PASSING:
        raise
    except errors.GatewayError as error:
        return _refused(error)


def _start(payment: Payment) -> Attempt:
    gateway = GATEWAYS[payment.provider]
    return gateway.start(payment.request, key=f"pay-{payment.reference}-{payment.attempt}")


def _refused(error: errors.GatewayError) -> Attempt:
    return Attempt(PaymentState.FAILED, {}, reason=error.code)


def _apply(payment: Payment, attempt: Attempt, *, at: datetime) -> Payment:
    with transaction.atomic():
        return apply(payment.pk, attempt, at=at).payment


def _note_unknown(payment: Payment, error: errors.OutcomeUnknown) -> None:
    """
    No buyer has seen the page, so nothing can be paid on it. A failure that the provider keeps
    under its key would come again and again: then, and only then, the next try has a new key.
    """
    row = Payment.objects.filter(pk=payment.pk, state=PaymentState.CREATED)
    if isinstance(error, errors.ProviderFailed):
        row.update(outcome_unknown=True, attempt=F("attempt") + 1)
    else:
        row.update(outcome_unknown=True)
