from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.selectors import payable_methods
from apps.core import transitions
from apps.events.services.touch import touch
from apps.variants.models import Variant
from apps.variants.states import VariantState


class NoPayoutMethod(Exception):
    """The organizer can act: tickets that cost something need an account the money can go to."""


@transaction.atomic
def go_live(variant: Variant, *, actor: str, at: datetime) -> None:
    """
    From draft or hidden to on sale.

    :raises NoPayoutMethod: it costs something and the organizer cannot be paid yet.
    :raises IllegalTransition: it is on sale already, or sold out.
    """
    if variant.price_minor and not payable_methods(variant.event.organizer).exists():
        raise NoPayoutMethod(variant.name)
    transitions.move(variant, VariantState.LIVE, actor=actor, at=at)
    touch(variant.event_id)
