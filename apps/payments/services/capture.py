from __future__ import annotations

import structlog

from apps.payments.gateways import errors
from apps.payments.gateways.base import Attempt
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Payment
from apps.payments.states import PaymentState

log = structlog.get_logger(__name__)


def capture(payment: Payment) -> Attempt:
    """
    Take the approved money. Not in a transaction. Safe to repeat. All that is written is that the
    outcome is unknown, when it is.

    When the buyer must choose another source of money, the attempt awaits the buyer again and its
    reason says why; a final no is an attempt that FAILED.

    :raises GatewayError: the outcome is open: fetch, and capture again.
    """
    key = f"cap-{payment.reference}-{payment.attempt}"
    try:
        return GATEWAYS[payment.provider].capture(payment.ids, key=key)
    except errors.BuyerActionNeeded as refusal:
        return Attempt(
            PaymentState.AWAITING_BUYER,
            dict(payment.ids),
            redirect_url=refusal.url,
            reason=refusal.code,
        )
    except errors.OutcomeUnknown:
        Payment.objects.filter(pk=payment.pk).update(outcome_unknown=True)
        raise
    except (errors.Declined, errors.AlreadyDone) as refusal:
        log.warning("capture_refused", payment=payment.reference, code=refusal.code)
        return Attempt(PaymentState.FAILED, dict(payment.ids), reason=refusal.code)
