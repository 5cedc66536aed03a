from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.core.references import new_reference
from apps.events.models import Event
from apps.tickets.models import REFERENCE_LENGTH, Ticket
from apps.variants.models import Variant


@dataclass(frozen=True, slots=True)
class TicketWish:
    """One head to admit."""

    variant: Variant
    holder_name: str = ""
    place_label: str = ""


def issue(*, event: Event, wanted: Sequence[TicketWish], at: datetime) -> list[Ticket]:
    """One ticket per wish, in their order, by one INSERT in the caller's transaction."""
    return Ticket.objects.bulk_create(
        Ticket(
            reference=new_reference(REFERENCE_LENGTH),
            event=event,
            variant=wish.variant,
            holder_name=wish.holder_name,
            access_level=wish.variant.access_level,
            place_label=wish.place_label,
            issued_at=at,
        )
        for wish in wanted
    )
