"""Who buys at a box office may say so, and need not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.orders.models import Order
from apps.orders.services.ask_for_mail import ask_for_mail
from apps.orders.services.start_payment import NotPayable
from apps.orders.states import UNPAID


def note_contact(order: Order, *, email: str, name: str) -> None:
    """
    Before it is paid: the name goes on the tickets, and the tickets to the address.

    :raises NotPayable: it is not unpaid any more.
    """
    fields = {"email": email.strip().lower(), "name": name.strip()}
    if not Order.objects.filter(pk=order.pk, state__in=UNPAID).update(**fields):
        raise NotPayable


def mail_to(order: Order, email: str, *, actor: str, at: datetime) -> None:
    """
    Afterwards: the tickets go there.

    :raises NothingToMail: it is not paid.
    """
    with transaction.atomic():
        locked = Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        locked.email = email.strip().lower()
        locked.save(update_fields=["email"])
        ask_for_mail(locked, actor=actor, at=at)
