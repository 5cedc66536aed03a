from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from apps.accounts.models import Membership, Organizer, User
from apps.accounts.roles import Role
from apps.accounts.slugs import free_slug
from apps.accounts.states import OrganizerState
from apps.outbox.publish import publish

OPEN_MAX = 3


class TooManyApplications(Exception):
    """This person waits for as many decisions as we allow."""


@dataclass(frozen=True, slots=True)
class Application:
    name: str
    email: str
    about: str = ""
    website: str = ""
    language: str = "de"


def apply_to_sell(application: Application, applicant: User, *, at: datetime) -> Organizer:
    """
    An organizer who may prepare everything and sell nothing until an operator approves.

    :raises TooManyApplications: nothing was created.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=applicant.pk)
        waiting = Membership.objects.filter(
            user=applicant, role=Role.OWNER, organizer__state=OrganizerState.APPLIED
        )
        if waiting.count() >= OPEN_MAX:
            raise TooManyApplications
        organizer = Organizer.objects.create(
            name=application.name,
            slug=free_slug(application.name),
            email=application.email.lower(),
            about=application.about,
            website=application.website,
            language=application.language,
        )
        Membership.objects.create(organizer=organizer, user=applicant, role=Role.OWNER)
        publish("organizer.applied", about=organizer, at=at)
    return organizer
