"""Gift vouchers to those who get them. The code is in the letter and on the paper that hangs on it."""

from __future__ import annotations

from datetime import timedelta

from babel.dates import format_date
from django.utils.translation import gettext as _

from apps.core.money import Money
from apps.notifications.letter import Button, Code, Letter, NotNeeded, SmallPrint, Words
from apps.notifications.letters.evening import locale
from apps.notifications.links import organizer_url
from apps.notifications.models import Mail, MailState
from apps.vouchers.balances import rest_of
from apps.vouchers.keys import code_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.states import Origin, VoucherState


def issued(mail: Mail) -> Letter:
    voucher = GiftVoucher.objects.select_related("organizer").get(pk=mail.about_id)
    if voucher.state != VoucherState.LIVE:
        raise NotNeeded(voucher.state)
    organizer, last = voucher.organizer, voucher.expires_at - timedelta(seconds=1)
    day = format_date(last, "long", locale=locale())
    return Letter(
        subject=_("A gift voucher for %(organizer)s") % {"organizer": organizer.name},
        heading=_("%(amount)s for tickets.") % {"amount": rest_of(voucher)},
        parts=(
            Words(_why(voucher) % {"organizer": organizer.name}),
            Code(code_of(voucher)),
            Words(
                _(
                    "Type it in when you buy. It pays in parts too: what is left stays on it until %(day)s."
                )
                % {"day": day}
            ),
            Button(_("Look for tickets"), organizer_url(organizer.slug)),
            SmallPrint(
                _(
                    "Keep it like cash: whoever has the code can pay with it. It hangs on this mail as a PDF."
                )
            ),
        ),
        colour=organizer.brand_colour,
    )


def taken_back(mail: Mail) -> Letter:
    """Who was never sent the code has lost nothing."""
    voucher = GiftVoucher.objects.select_related("organizer").get(pk=mail.about_id)
    sent = Mail.objects.filter(dedupe_key=f"voucher_issued:{voucher.pk}")
    sent = sent.exclude(state__in=(MailState.QUEUED, MailState.SKIPPED), doubts=0)
    if voucher.origin == Origin.ISSUED and not sent.exists():
        raise NotNeeded(voucher.state)
    organizer = voucher.organizer
    named = {
        "voucher": str(voucher),
        "organizer": organizer.name,
        "amount": Money(mail.context["amount"], voucher.currency),
    }
    return Letter(
        subject=_("Your gift voucher for %(organizer)s does not work any more") % named,
        heading=_("Your gift voucher was taken back."),
        parts=(
            Words(
                _(
                    "%(organizer)s has taken back gift voucher %(voucher)s with the %(amount)s that"
                    " were left on it."
                )
                % named
            ),
            Words(_("Tickets you have paid for with it stay paid.")),
            SmallPrint(_("Questions? Just reply, it goes straight to %(organizer)s.") % named),
        ),
        colour=organizer.brand_colour,
    )


def _why(voucher: GiftVoucher) -> str:
    if voucher.origin == Origin.REFUND:
        return _(
            "You had paid with a gift voucher of %(organizer)s that does not work any more."
            " What you get back is on this new one."
        )
    if voucher.origin == Origin.REPLACEMENT:
        return _("It takes the place of the gift voucher of %(organizer)s that you had before.")
    return _("A gift voucher for all events of %(organizer)s.")
