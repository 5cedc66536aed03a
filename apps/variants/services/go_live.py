from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import PayoutMethod
from apps.core import transitions
from apps.events.services.touch import touch
from apps.variants.models import Variant
from apps.variants.states import VariantState


class NoPayoutMethod(Exception):
    """The organizer can act: tickets that cost something need an account the money can go to."""


def may_take_money(organizer_id: int) -> bool:
    return PayoutMethod.objects.filter(organizer=organizer_id, payable=True).exists()


@transaction.atomic
def go_live(variant: Variant, *, actor: str, at: datetime) -> None:
    """
    From draft or hidden to on sale.

    :raises NoPayoutMethod: it costs something and the organizer cannot be paid yet.
    :raises IllegalTransition: it is on sale already, or sold out.
    """
    if variant.price_minor and not may_take_money(variant.event.organizer_id):
        raise NoPayoutMethod(variant.name)
    transitions.move(variant, VariantState.LIVE, actor=actor, at=at)
    touch(variant.event_id)
