from __future__ import annotations

from apps.payments.gateways.base import Attempt
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Payment
from apps.payments.services.launch import start_again
from apps.payments.states import PaymentState


def fetch(payment: Payment) -> Attempt:
    """
    What the provider says now. Not in a transaction; nothing is written.

    :raises GatewayError: it could not be asked.
    """
    if payment.state == PaymentState.CREATED and not payment.ids:
        return start_again(payment)
    if not payment.ids:  # it ended before any provider knew it
        return Attempt(PaymentState(payment.state), {}, reason=payment.reason)
    return GATEWAYS[payment.provider].fetch(payment.ids)
