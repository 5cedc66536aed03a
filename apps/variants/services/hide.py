from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.core import transitions
from apps.events.services.touch import touch
from apps.variants.models import Variant
from apps.variants.states import VariantState


@transaction.atomic
def hide(variant: Variant, *, actor: str, at: datetime) -> None:
    """
    Take it off the shop; orders that are open go on.

    :raises IllegalTransition: it is not on sale.
    """
    transitions.move(variant, VariantState.HIDDEN, actor=actor, at=at)
    touch(variant.event_id)
