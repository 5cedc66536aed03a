from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.orders.billing import NOBODY_ELSE, Billing
from apps.orders.models import Order
from apps.orders.services.codes import name_person
from apps.orders.services.start_payment import NotPayable
from apps.orders.states import UNPAID


@dataclass(frozen=True, slots=True)
class Details:
    email: str
    name: str
    holder_names: Sequence[str] = ()
    language: str = "en"
    billing: Billing = NOBODY_ELSE


def put_into_account(order: Order, user: User) -> None:
    """For who signed in half-way; an order that is in an account stays there."""
    if Order.objects.filter(pk=order.pk, user=None, state__in=UNPAID).update(user=user):
        order.user = user


def note_details(order: Order, details: Details) -> None:
    """What was typed so far and is right; nothing is accepted by it."""
    Order.objects.filter(pk=order.pk, state__in=UNPAID).update(
        email=details.email.strip().lower(),
        name=details.name.strip(),
        holder_names=[name.strip() for name in details.holder_names],
        billing=details.billing.stored(),
    )


def save_details(order: Order, details: Details, *, at: datetime) -> None:
    """
    Who buys, and that the organizer's terms, as they are now, were accepted.

    :raises NotPayable: it is not unpaid any more.
    :raises Refused: this address may not use the order's code once more; nothing was saved.
    """
    fields = {
        "email": details.email.strip().lower(),
        "name": details.name.strip(),
        "holder_names": [name.strip() for name in details.holder_names],
        "language": details.language,
        "billing": details.billing.stored(),
        "terms_version": order.organizer.terms_version,
        "terms_accepted_at": at,
    }
    with transaction.atomic():
        name_person(order, email=details.email.strip().lower())
        if not Order.objects.filter(pk=order.pk, state__in=UNPAID).update(**fields):
            raise NotPayable
    for name, value in fields.items():
        setattr(order, name, value)
