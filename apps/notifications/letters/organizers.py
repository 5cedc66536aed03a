"""What organizers, their teams and the operators of the platform are told."""

from __future__ import annotations

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import gettext as _

from apps.accounts.invitations import secret_of
from apps.accounts.models import Invitation, Organizer
from apps.accounts.states import OrganizerState
from apps.notifications.letter import (
    Button,
    Facts,
    Letter,
    NotNeeded,
    Part,
    SmallPrint,
    Words,
)
from apps.notifications.letters.evening import locale
from apps.notifications.links import absolute, console_url, platform_url
from apps.notifications.models import Mail

PROVIDERS = {"stripe": "Stripe", "paypal": "PayPal"}


def applied(mail: Mail) -> Letter:
    organizer = _organizer(mail)
    if organizer.state != OrganizerState.APPLIED:
        raise NotNeeded(organizer.state)
    return Letter(
        subject=_("%(name)s wants to sell tickets") % {"name": organizer.name},
        heading=_("A new organizer is waiting."),
        parts=(
            Facts(tuple(filter(None, (organizer.name, organizer.email, organizer.website)))),
            Button(_("Have a look"), platform_url()),
        ),
    )


def approved(mail: Mail) -> Letter:
    organizer = _organizer(mail)
    return Letter(
        subject=_("%(name)s may sell tickets now") % {"name": organizer.name},
        heading=_("Welcome, %(name)s.") % {"name": organizer.name},
        parts=(
            Words(_("You are approved: publish your first event whenever you like.")),
            Words(_("For tickets that cost something, add how you want to be paid first.")),
            Button(_("Open your console"), console_url()),
        ),
        colour=organizer.brand_colour,
    )


def rejected(mail: Mail) -> Letter:
    organizer = _organizer(mail)
    return Letter(
        subject=_("Your application for %(name)s") % {"name": organizer.name},
        heading=_("We cannot approve %(name)s.") % {"name": organizer.name},
        parts=(*_reason(mail), Words(_("Did we get something wrong? Just reply to this mail."))),
    )


def suspended(mail: Mail) -> Letter:
    organizer = _organizer(mail)
    return Letter(
        subject=_("%(name)s is suspended") % {"name": organizer.name},
        heading=_("%(name)s is suspended.") % {"name": organizer.name},
        parts=(
            Words(_("For now nobody can buy tickets of yours. Tickets that were sold stay valid.")),
            *_reason(mail),
            Words(_("Did we get something wrong? Just reply to this mail.")),
        ),
    )


def invited(mail: Mail) -> Letter:
    invitation = (
        Invitation.objects.select_related("organizer", "invited_by")
        .filter(pk=mail.about_id, accepted_at=None)
        .first()
    )
    if invitation is None:
        raise NotNeeded("accepted or taken back")
    organizer, inviter = invitation.organizer, invitation.invited_by
    who = (inviter.name or inviter.email) if inviter else organizer.name
    return Letter(
        subject=_("Join the team of %(name)s") % {"name": organizer.name},
        heading=_("Join the team of %(name)s.") % {"name": organizer.name},
        parts=(
            Words(
                _("%(who)s invites you to %(site)s. Your role: %(role)s.")
                % {
                    "who": who,
                    "site": settings.PLATFORM_NAME,
                    "role": invitation.get_role_display(),
                }
            ),
            Button(_("Accept the invitation"), absolute(f"/invitations/{secret_of(invitation)}/")),
            SmallPrint(
                _("The link works once, until %(date)s. Do not pass it on.")
                % {"date": format_date(invitation.expires_at, "long", locale=locale())}
            ),
        ),
        colour=organizer.brand_colour,
    )


def _organizer(mail: Mail) -> Organizer:
    return Organizer.objects.get(pk=mail.about_id)


def _reason(mail: Mail) -> tuple[Part, ...]:
    reason = mail.context.get("reason")
    return (Facts((_("Reason:"), reason)),) if reason else ()
