"""What people hear about their own account: from sign-up to a changed password."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from apps.notifications.letter import Button, Code, Letter, SmallPrint, Words
from apps.notifications.models import Mail


def _not_you() -> SmallPrint:
    return SmallPrint(
        _("That was not you? Then you can forget this mail; nothing happens without you.")
    )


def confirm_address(mail: Mail) -> Letter:
    return Letter(
        subject=_("Confirm your e-mail address"),
        heading=_("Is this your address?"),
        parts=(
            Words(_("One click, and it is confirmed for your account at %(site)s.") % _site()),
            Button(_("Confirm the address"), mail.context["activate_url"]),
            _not_you(),
        ),
    )


def already_exists(mail: Mail) -> Letter:
    return Letter(
        subject=_("You already have an account"),
        heading=_("You already have an account."),
        parts=(
            Words(
                _(
                    "Somebody, probably you, tried to sign up with this address. It has an account already."
                )
            ),
            Button(_("Set a new password"), mail.context["password_reset_url"]),
            SmallPrint(_("Or sign in without a password, by a code that we mail to you.")),
        ),
    )


def unknown_account(mail: Mail) -> Letter:
    return Letter(
        subject=_("There is no account with this address"),
        heading=_("There is no account with this address."),
        parts=(
            Words(
                _("Somebody, probably you, wanted to sign in here. Did you use another address?")
            ),
            Button(_("Make an account"), mail.context["signup_url"]),
            SmallPrint(_("To buy tickets you need no account at all.")),
        ),
    )


def reset_password(mail: Mail) -> Letter:
    return Letter(
        subject=_("Set a new password"),
        heading=_("A new password"),
        parts=(
            Words(_("With this link you choose a new password. It works once.")),
            Button(_("Choose a password"), mail.context["password_reset_url"]),
            _not_you(),
        ),
    )


def sign_in_code(mail: Mail) -> Letter:
    code = mail.context["code"]
    return Letter(
        subject=_("%(code)s is your code") % {"code": code},
        heading=_("Your code to sign in"),
        parts=(
            Code(code),
            Words(_("Type it in where you asked for it. It is valid for a few minutes.")),
            SmallPrint(_("Never tell it to anybody; we will not ask you for it.")),
        ),
    )


def changed(mail: Mail) -> Letter:
    """A notice about something that has happened: mail.kind says what."""
    heading = {
        "account_email_changed": _("Your e-mail address was changed."),
        "account_email_confirm": _("Your e-mail address was confirmed."),
        "account_email_deleted": _("An e-mail address was removed from your account."),
        "account_password_changed": _("Your password was changed."),
        "account_password_reset": _("Your password was set anew."),
        "account_password_set": _("Your account has a password now."),
    }[mail.kind]
    return Letter(
        subject=heading.rstrip("."),
        heading=heading,
        parts=(
            Words(_("We tell you so that nothing happens behind your back.")),
            SmallPrint(
                _(
                    "That was not you? Set a new password at once, and tell us by replying to this mail."
                )
            ),
        ),
    )


def _site() -> dict[str, str]:
    return {"site": settings.PLATFORM_NAME}
