from __future__ import annotations

from apps.payments.gateways.base import ABANDONED, Attempt
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Payment
from apps.payments.states import PaymentState


def abandon(payment: Payment) -> Attempt:
    """
    Make it unpayable, and say what is true then: also CAPTURED, when the buyer was quicker.

    Not in a transaction; nothing is written.

    :raises GatewayError: it could not be asked, and may still be paid.
    """
    if not payment.ids:  # no buyer has ever seen its page
        return Attempt(PaymentState.CANCELLED, {}, reason=ABANDONED)
    gateway = GATEWAYS[payment.provider]
    return gateway.abandon(payment.ids, key=f"end-{payment.reference}")
