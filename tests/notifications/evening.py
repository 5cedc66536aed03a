"""One evening, who buys tickets for it, and what then lies in the inbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.core import mail as outbox
from django.core.mail import EmailMultiAlternatives
from django.utils.timezone import now

from apps.orders.models import Order
from apps.payments.gateways.base import Kind
from apps.seating.models import Venue
from tests.buying import Buyer, Shop
from tests.outbox_pump import deliver_all, undelivered

STARTS = datetime(2027, 3, 20, 19, 0, tzinfo=UTC)
ADA = "ada@example.org"


def set_evening(shop: Shop) -> None:
    """A Saturday with doors at seven and a whole address."""
    event = shop.event
    event.doors_at = STARTS - timedelta(hours=1)
    event.starts_at, event.ends_at = STARTS, STARTS + timedelta(hours=3)
    event.slug = "zwoelf-celli"
    event.save()
    Venue.objects.filter(pk=event.venue_id).update(postcode="20457")


def buys(ada: Buyer, language: str = "en", heads: int = 2) -> Order:
    payment = ada.on_the_way_to_pay(Kind.PAYPAL, heads)
    Order.objects.update(language=language)
    ada.pays(payment)
    return ada.comes_back(payment)


def sent(*, at: datetime | None = None) -> list[EmailMultiAlternatives]:
    """Everything that went out, oldest first; nothing is left undelivered."""
    deliver_all(at=at or now())
    assert undelivered() == []
    return [m for m in outbox.outbox if isinstance(m, EmailMultiAlternatives)]
