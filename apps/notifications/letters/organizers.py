"""What organizers, their teams and the operators of the platform are told."""

from __future__ import annotations

from babel.dates import format_date
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.invitations import secret_of
from apps.accounts.models import Invitation, Organizer, PayoutMethod
from apps.accounts.states import OrganizerState
from apps.notifications.letter import (
    Button,
    Facts,
    Letter,
    NotNeeded,
    Part,
    SmallPrint,
    Sum,
    Sums,
    Words,
)
from apps.notifications.letters.evening import locale
from apps.notifications.links import absolute, console_url, platform_url, statement_url
from apps.notifications.models import Mail
from apps.payouts.models import Payout

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


def payout_paid(mail: Mail) -> Letter:
    payout = _payout(mail)
    orders = payout.payout_orders.count()
    what = ngettext(
        "It carries what %(count)d order has earned.",
        "It carries what %(count)d orders have earned.",
        orders,
    ) % {"count": orders}
    return Letter(
        subject=_("%(amount)s paid out to you") % {"amount": payout.amount},
        heading=_("%(amount)s are yours.") % {"amount": payout.amount},
        parts=(
            Words(_("We have paid out to your account at %(provider)s.") % _where(payout)),
            Words(what),
            Sums((Sum(_("Paid out"), str(payout.amount), "all"),)),
            Button(_("See the statement"), statement_url(payout)),
            _payout_line(payout),
        ),
        colour=payout.organizer.brand_colour,
    )


def payout_not_arrived(mail: Mail) -> Letter:
    """It failed, came back, or waits to be claimed: mail.kind says which."""
    payout = _payout(mail)
    words = {
        "payout_failed": _("It could not be sent. The money is still yours; we pay it out again."),
        "payout_returned": _("It came back. The money is still yours; we pay it out again."),
        "payout_unclaimed": _(
            "%(provider)s knows no account with that address. Open one, or claim the money there,"
            " within 30 days; after that it comes back to us."
        )
        % _where(payout),
    }[mail.kind]
    return Letter(
        subject=_("Your payout of %(amount)s has not arrived") % {"amount": payout.amount},
        heading=_("Your payout has not arrived."),
        parts=(
            Words(words),
            Words(_("Please check your payout account.")),
            Button(_("Open your console"), console_url()),
            _payout_line(payout),
        ),
        colour=payout.organizer.brand_colour,
    )


def payout_method_changed(mail: Mail) -> Letter:
    method = PayoutMethod.objects.select_related("organizer").get(pk=mail.about_id)
    name = {"name": method.organizer.name}
    return Letter(
        subject=_("New payout account for %(name)s") % name,
        heading=_("Your money goes to another account from now on."),
        parts=(
            Facts((PROVIDERS[method.provider], _masked(method.destination))),
            Words(_("If that was not you or your team, reply to this mail at once.")),
            Button(_("Open your console"), console_url()),
        ),
        colour=method.organizer.brand_colour,
    )


def _organizer(mail: Mail) -> Organizer:
    return Organizer.objects.get(pk=mail.about_id)


def _payout(mail: Mail) -> Payout:
    return Payout.objects.select_related("organizer").get(pk=mail.about_id)


def _reason(mail: Mail) -> tuple[Part, ...]:
    reason = mail.context.get("reason")
    return (Facts((_("Reason:"), reason)),) if reason else ()


def _where(payout: Payout) -> dict[str, str]:
    return {"provider": PROVIDERS[payout.provider]}


def _payout_line(payout: Payout) -> SmallPrint:
    return SmallPrint(
        _("Payout %(reference)s to %(destination)s")
        % {"reference": payout.reference, "destination": _masked(payout.destination)}
    )


def _masked(destination: str) -> str:
    """Enough to recognise it, not enough to use it: m…@example.org, …2345."""
    name, at, host = destination.partition("@")
    return f"{name[:1]}…@{host}" if at else f"…{destination[-4:]}"
