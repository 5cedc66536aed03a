from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.states import OrganizerState
from apps.core import transitions
from apps.events.models import Event
from apps.events.services.touch import touch
from apps.events.states import EventState


class Need(StrEnum):
    TITLE = "title"
    ADDRESS = "address"
    DATES = "dates"
    VARIANT = "variant"
    IMPRINT = "imprint"
    TERMS = "terms"
    APPROVAL = "approval"


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the list an organizer works through before an event goes public."""

    need: Need
    met: bool
    text: str


class NotReady(Exception):
    """The organizer can act: each missing thing is named."""

    def __init__(self, missing: list[Check]) -> None:
        super().__init__(", ".join(check.need for check in missing))
        self.missing = missing


def checklist(event: Event, *, at: datetime) -> list[Check]:
    return list(_checks(event, at))


@transaction.atomic
def publish(event: Event, *, actor: str, at: datetime) -> None:
    """
    :raises NotReady: naming what is missing.
    :raises IllegalTransition: it is not a draft.
    """
    current = Event.objects.select_for_update(no_key=True).get(pk=event.pk)
    if missing := [check for check in checklist(current, at=at) if not check.met]:
        raise NotReady(missing)
    transitions.move(current, EventState.PUBLISHED, actor=actor, at=at)
    touch(current.pk)
    event.refresh_from_db()


def _checks(event: Event, at: datetime) -> Iterator[Check]:
    venue, organizer = event.venue, event.organizer
    # The reverse accessor, not an import: variants stand above events.
    on_sale = event.variants.on_sale().exists()
    address = bool(venue.name and venue.street and venue.city)
    approved = organizer.state == OrganizerState.APPROVED
    yield Check(Need.TITLE, bool(event.title.strip()), _("The event has a title."))
    yield Check(Need.ADDRESS, address, _("The venue has a name, a street and a city."))
    yield Check(Need.DATES, event.ends_at > at, _("The event ends in the future."))
    yield Check(Need.VARIANT, on_sale, _("At least one variant is on sale."))
    yield Check(Need.IMPRINT, bool(organizer.imprint.strip()), _("Your imprint is written."))
    yield Check(Need.TERMS, bool(organizer.terms.strip()), _("Your terms are written."))
    yield Check(Need.APPROVAL, approved, _("The platform has approved you as an organizer."))
