"""What the platform keeps of a ticket to an event."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.fees import Terms, agreed, in_force, read
from apps.events.models import Event


def terms_of(event: Event, *, at: datetime) -> Terms:
    """In force at that moment, to the second. One query, or none for an event read `with_fees`."""
    rows = event.__dict__.get("fee_terms")
    if rows is None:
        rows = agreed(event.organizer_id, event.currency)
    return in_force(read(rows), at=at)
