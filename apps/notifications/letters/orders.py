"""What buyers are told, written from the order as it is when the mail goes out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.money import Money
from apps.notifications.letter import (
    Button,
    Facts,
    Letter,
    NotNeeded,
    Part,
    Picture,
    Rule,
    SmallPrint,
    Sum,
    Sums,
    Words,
)
from apps.notifications.letters.evening import clock, date, day, locale, where_and_when
from apps.notifications.links import event_url, order_url, ticket_png_url
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.orders.services.confirm import tickets_of
from apps.orders.states import UNPAID, OrderState
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState

PAID = (OrderState.PAID, OrderState.COMPLETED)
LINKS_MAX = 20


def confirmed(mail: Mail) -> Letter:
    order = order_of(mail)
    return _tickets_letter(order, _("Your tickets are here."))


def address_corrected(mail: Mail) -> Letter:
    order = order_of(mail)
    if order.state in PAID:
        return _tickets_letter(order, _("Your tickets are here, at the right address."))
    heading = _("Your order, at the right address.")
    words = Words(_("The organizer has corrected your e-mail address. Links from before are void."))
    return Letter(
        subject=_("Your order for %(event)s") % {"event": order.event.title},
        heading=heading,
        parts=(words, Button(_("Open the order"), order_url(order)), order_line(order)),
        colour=order.event.signal,
    )


def payment_failed(mail: Mail) -> Letter:
    order = order_of(mail)
    if order.state not in UNPAID or mail.queued_at >= order.pay_by:
        raise NotNeeded(order.state)
    until = clock(order.event, order.pay_by)
    return Letter(
        subject=_("Your payment for %(event)s did not go through") % {"event": order.event.title},
        heading=_("That payment did not go through."),
        parts=(
            Words(
                _("Nothing was charged. Your places are still held until %(time)s.")
                % {"time": until}
            ),
            Button(_("Try again"), order_url(order)),
            SmallPrint(_("You can choose another way to pay, or try the same one again.")),
            order_line(order),
        ),
        colour=order.event.signal,
    )


def expired(mail: Mail) -> Letter:
    order = order_of(mail)
    if order.state != OrderState.EXPIRED:
        raise NotNeeded(order.state)
    return Letter(
        subject=_("Your order for %(event)s has run out") % {"event": order.event.title},
        heading=_("The time for your order is up."),
        parts=(
            Words(_("No payment came in time, so your places are free again.")),
            Button(_("Look for tickets again"), event_url(order.event.slug)),
            SmallPrint(
                _(
                    "Should money of yours still arrive, you get your tickets if there are places left,"
                    " and otherwise your money back, without having to do anything."
                )
            ),
            order_line(order),
        ),
        colour=order.event.signal,
    )


def links(mail: Mail) -> Letter:
    """All orders of an address that are still worth opening."""
    orders = (
        Order.objects.filter(email=mail.to)
        .exclude(state__in=[OrderState.EXPIRED, OrderState.CANCELLED])
        .select_related("event__venue", "event__organizer")
        .order_by("-created_at")[:LINKS_MAX]
    )
    if not orders:
        raise NotNeeded("no orders")
    parts: list[Part] = [Words(_("These are the orders of this e-mail address."))]
    for order in orders:
        when = f"{date(order.event)}, {clock(order.event, order.event.starts_at)}"
        parts += [
            Rule(),
            Facts((order.event.title, f"{when}, {order.event.venue}")),
            Button(
                _("Open order %(reference)s") % {"reference": order.reference}, order_url(order)
            ),
        ]
    parts += [
        Rule(),
        SmallPrint(_("You did not ask for this? Then somebody mistyped; there is nothing to do.")),
    ]
    return Letter(_("Your links to your tickets"), _("Here are your orders."), tuple(parts))


def order_of(mail: Mail) -> Order:
    return Order.objects.select_related("event__venue", "event__organizer", "organizer").get(
        pk=mail.about_id
    )


def _tickets_letter(order: Order, heading: str) -> Letter:
    tickets = living(order)
    if not tickets:
        raise NotNeeded("no tickets")
    event = order.event
    what = ngettext(
        "%(count)d ticket for %(event)s by %(organizer)s.",
        "%(count)d tickets for %(event)s by %(organizer)s.",
        len(tickets),
    ) % {"count": len(tickets), "event": event.title, "organizer": event.organizer.name}
    return Letter(
        subject=_("Your tickets for %(event)s") % {"event": event.title},
        heading=heading,
        parts=(
            Words(what),
            Rule(),
            day(event),
            where_and_when(event),
            Button(open_tickets(len(tickets)), order_url(order)),
            SmallPrint(
                _(
                    "They are attached as a PDF too. Each code admits once: keep it to yourself,"
                    " whoever shows it first is let in."
                )
            ),
            *_pictures(order, tickets),
            Rule(),
            Sums(tuple(_sums(order))),
            order_line(order),
        ),
        colour=event.signal,
    )


def living(order: Order) -> list[Ticket]:
    return [ticket for ticket in tickets_of(order) if ticket.state == TicketState.VALID]


def _pictures(order: Order, tickets: list[Ticket]) -> Iterator[Picture]:
    for ticket in tickets:
        place = f", {ticket.place_label}" if ticket.place_label else ""
        yield Picture(
            title=f"{ticket.variant.name}{place}",
            detail=" · ".join(filter(None, (ticket.holder_name, ticket.spoken_reference))),
            url=order_url(order),
            png_url=ticket_png_url(ticket),
        )


def _sums(order: Order) -> Iterator[Sum]:
    taxes: dict[Decimal, Money] = defaultdict(lambda: Money.zero(order.currency))
    for line in order.lines.order_by("pk"):
        line.order = order
        yield Sum(f"{line.quantity} × {line.name}", str(line.before))
        taxes[line.tax_rate] += Money(line.tax_minor, order.currency)
    if order.discount_minor:
        yield Sum(_("Discount with %(code)s") % {"code": order.code}, f"−{order.discount}")
    if order.buyer_fee:
        yield Sum(_("service fee included"), str(order.buyer_fee), "sub")
    for rate, tax in sorted(taxes.items()):
        if tax:
            shown = format_decimal(rate.normalize(), locale=locale())
            yield Sum(_("%(rate)s %% VAT included") % {"rate": shown}, str(tax), "sub")
    yield Sum(_("Total"), str(order.total), "all")
    if order.voucher_minor:
        yield Sum(
            _("Gift voucher %(voucher)s") % {"voucher": order.voucher}, f"−{order.by_voucher}"
        )
        if order.due:
            yield Sum(_("Paid otherwise"), str(order.due))


def order_line(order: Order) -> SmallPrint:
    return SmallPrint(
        _("Order %(reference)s. Questions? Just reply, it goes straight to %(organizer)s.")
        % {"reference": order.reference, "organizer": order.organizer.name}
    )


def open_tickets(count: int) -> str:
    return ngettext("Open the ticket", "Open the tickets", count)
