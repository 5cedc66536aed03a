from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apps.core.money import Money
from apps.core.references import new_reference
from apps.payments.gateways.base import Checkout, Kind, Line
from apps.payments.gateways.registry import GATEWAYS
from apps.payments.models import Payment
from apps.payments.polling import next_payment_poll

REFERENCE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class NewPayment:
    """purpose: the caller's own key. invoice: unique at the provider for ever."""

    provider: Kind
    purpose: str
    invoice: str
    total: Money
    lines: tuple[Line, ...]
    email: str
    locale: str
    description: str
    return_url: str
    cancel_url: str
    pay_by: datetime


def open_payment(new: NewPayment, *, at: datetime) -> Payment:
    """
    The row, with the exact request, before anybody is asked. In the caller's transaction.

    :raises Unsupported: the provider does not take this amount or currency.
    """
    reference = new_reference(REFERENCE_LENGTH)
    checkout = Checkout(
        reference=reference,
        invoice=new.invoice,
        total=new.total,
        lines=new.lines,
        email=new.email,
        locale=new.locale,
        description=new.description,
        return_url=new.return_url,
        cancel_url=new.cancel_url,
        pay_by=new.pay_by,
    )
    payment = Payment(
        reference=reference,
        purpose=new.purpose,
        provider=new.provider,
        amount_minor=new.total.minor,
        currency=new.total.currency,
        request=GATEWAYS[new.provider].prepare(checkout, at=at),
        pay_by=new.pay_by,
        created_at=at,
    )
    payment.next_poll_at = next_payment_poll(payment, at=at)
    payment.save()
    return payment
