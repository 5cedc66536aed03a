"""What organizers and operators are told about money going out."""

from __future__ import annotations

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import PayoutMethod
from apps.notifications.letter import (
    Button,
    Code,
    Facts,
    Letter,
    NotNeeded,
    SmallPrint,
    Sum,
    Sums,
    Words,
)
from apps.notifications.letters.evening import locale
from apps.notifications.links import console_url, payout_of_operators_url, statement_url
from apps.notifications.models import Mail
from apps.payouts.models import Payout, PayPalProof
from apps.payouts.services.payee import PAYEE_DELAY
from apps.payouts.services.prove_paypal import code_of
from apps.payouts.statement import statement
from apps.payouts.states import WAITING, PayoutState
from apps.payouts.words import PARTS

PROVIDERS = {"stripe": "Stripe", "paypal": "PayPal"}


def paid(mail: Mail) -> Letter:
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
            Sums(
                (
                    *(Sum(str(PARTS[part]), str(sum_)) for part, sum_ in statement(payout).parts),
                    Sum(_("Paid out"), str(payout.amount), "all"),
                )
            ),
            Button(_("See the statement"), statement_url(payout)),
            _payout_line(payout),
        ),
        colour=payout.organizer.brand_colour,
    )


def not_arrived(mail: Mail) -> Letter:
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


def method_changed(mail: Mail) -> Letter:
    method = PayoutMethod.objects.select_related("organizer").get(pk=mail.about_id)
    name = {"name": method.organizer.name}
    return Letter(
        subject=_("New payout account for %(name)s") % name,
        heading=_("Your money goes to another account from now on."),
        parts=(
            Facts((PROVIDERS[method.provider], _masked(method.destination))),
            *_from_when(method),
            Words(_("If that was not you or your team, reply to this mail at once.")),
            Button(_("Open your console"), console_url()),
        ),
        colour=method.organizer.brand_colour,
    )


def bank_refused(mail: Mail) -> Letter:
    method = PayoutMethod.objects.select_related("organizer").get(pk=mail.about_id)
    where = {"provider": PROVIDERS[method.provider]}
    return Letter(
        subject=_("A payout from %(provider)s did not reach your bank") % where,
        heading=_("Your bank did not take your money."),
        parts=(
            Words(
                _(
                    "%(provider)s could not transfer it to your bank account, for example because"
                    " that was closed. It lies in your account at %(provider)s: correct your bank"
                    " details there, and it is sent again."
                )
                % where
            ),
            Button(_("Open your console"), console_url()),
        ),
        colour=method.organizer.brand_colour,
    )


def prove_address(mail: Mail) -> Letter:
    proof = PayPalProof.objects.select_related("organizer").get(pk=mail.about_id)
    name = {"name": proof.organizer.name}
    return Letter(
        subject=_("Your code for %(name)s") % name,
        heading=_("Is this your address at PayPal?"),
        parts=(
            Words(_("Money of %(name)s is to be paid to this address. Type the code:") % name),
            Code(code_of(proof)),
            SmallPrint(
                _(
                    "It is valid for 30 minutes. You know nothing of it? Then there is nothing to do."
                )
            ),
        ),
        colour=proof.organizer.brand_colour,
    )


def account_replaced(mail: Mail) -> Letter:
    """To the address that was paid so far: whoever reads it may not be at the console any more."""
    method = PayoutMethod.objects.select_related("organizer").get(pk=mail.about_id)
    name = {"name": method.organizer.name}
    return Letter(
        subject=_("Money of %(name)s no longer goes to this address") % name,
        heading=_("Another account takes your place."),
        parts=(
            Words(_("So far the money of %(name)s was paid to this address.") % name),
            Facts((PROVIDERS[method.provider], _masked(method.destination))),
            *_from_when(method),
            Words(_("If that was not you or your team, reply to this mail at once.")),
        ),
        colour=method.organizer.brand_colour,
    )


def waits(mail: Mail) -> Letter:
    payout = _payout(mail)
    if payout.state not in WAITING:
        raise NotNeeded(payout.state)
    words = (
        _("One person has approved it. It is sent when a second one does.")
        if payout.state == PayoutState.ENDORSED or payout.proposed_by.startswith("user:")
        else _("It is above the amount one person may decide: two have to approve it.")
    )
    return Letter(
        subject=_("A payout of %(amount)s waits for approval") % {"amount": payout.amount},
        heading=_("A payout waits for you."),
        parts=(
            Facts((payout.organizer.name, str(payout.amount), PROVIDERS[payout.provider])),
            Words(words),
            Button(_("Have a look"), payout_of_operators_url(payout)),
        ),
    )


def _from_when(method: PayoutMethod) -> tuple[Words, ...]:
    if method.destination_since is None:
        return ()
    day = format_date(method.destination_since + PAYEE_DELAY, "long", locale=locale())
    return (Words(_("Nothing is paid to it before %(date)s.") % {"date": day}),)


def _payout(mail: Mail) -> Payout:
    return Payout.objects.select_related("organizer").get(pk=mail.about_id)


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
