"""Invoices to companies, and the platform's own to its organizers. The document hangs on the mail."""

from __future__ import annotations

from babel.dates import format_date
from django.utils.translation import gettext as _

from apps.invoices.models import Invoice
from apps.notifications.letter import Button, Facts, Letter, SmallPrint, Sum, Sums, Words
from apps.notifications.letters.evening import locale
from apps.notifications.letters.orders import order_line, order_of
from apps.notifications.links import invoice_url, order_url
from apps.notifications.models import Mail


def ready(mail: Mail) -> Letter:
    """An invoice, or what corrects one."""
    order = order_of(mail)
    invoice = Invoice.objects.get(pk=mail.context["invoice"])
    subject = _("Invoice %(number)s for %(event)s")
    heading = _("Your invoice is here.")
    if invoice.is_credit:
        subject = _("Correction %(number)s of your invoice for %(event)s")
        heading = _("Your invoice was corrected.")
    return Letter(
        subject=subject % {"number": invoice.number, "event": order.event.title},
        heading=heading,
        parts=(
            Words(_("It hangs on this mail as a PDF; its data for your bookkeeping is inside.")),
            Facts((invoice.number, invoice.recipient["name"], str(invoice.gross))),
            Button(_("Open the order"), order_url(order)),
            SmallPrint(_("Is the address wrong? You can change it on the page of the order.")),
            order_line(order),
        ),
        colour=order.event.signal,
    )


def fees_billed(mail: Mail) -> Letter:
    invoice = Invoice.objects.select_related("organizer").get(pk=mail.about_id)
    month = format_date(invoice.supplied_from, "LLLL y", locale=locale())
    words = {"number": invoice.number, "month": month}
    return Letter(
        subject=_("Our fees for %(month)s: %(number)s") % words,
        heading=_("Our fees for %(month)s.") % words,
        parts=(
            Words(_("They were kept when your sales were settled. There is nothing to pay.")),
            Sums(
                (
                    Sum(_("Net"), str(invoice.net)),
                    Sum(_("VAT"), str(invoice.tax)),
                    Sum(_("Total"), str(invoice.gross), "all"),
                )
            ),
            Words(_("The invoice hangs on this mail as a PDF; its data is inside.")),
            Button(_("Open it in the console"), invoice_url(invoice)),
        ),
        colour=invoice.organizer.brand_colour,
    )
