"""What holders are told about the evening itself: it is near, or it does not take place."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.core.money import Money
from apps.notifications.letter import Button, Letter, NotNeeded, Words
from apps.notifications.letters.evening import date, day, where_and_when
from apps.notifications.letters.orders import living, open_tickets, order_line, order_of
from apps.notifications.links import order_url
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.orders.selectors import refunded_minor


def reminder(mail: Mail) -> Letter:
    order = order_of(mail)
    tickets = living(order)
    if not tickets or order.event.state != "published":
        raise NotNeeded(order.event.state)
    return Letter(
        subject=_("Soon: %(event)s") % {"event": order.event.title},
        heading=order.event.title,
        parts=(
            Words(
                _(
                    "It is nearly time. Have your tickets ready at the door, on your phone or on paper."
                )
            ),
            day(order.event),
            where_and_when(order.event),
            Button(open_tickets(len(tickets)), order_url(order)),
            order_line(order),
        ),
        colour=order.event.signal,
    )


def called_off(mail: Mail) -> Letter:
    order = order_of(mail)
    event, organizer = order.event, order.organizer
    what = _("“%(event)s” on %(date)s does not take place: %(organizer)s has called it off.")
    return Letter(
        subject=_("Called off: %(event)s") % {"event": event.title},
        heading=_("Called off: %(event)s") % {"event": event.title},
        parts=(
            Words(what % {"event": event.title, "date": date(event), "organizer": organizer.name}),
            where_and_when(event),
            Words(_about_the_money(order)),
            Button(_("Open the order"), order_url(order)),
            order_line(order),
        ),
        colour=event.signal,
    )


def _about_the_money(order: Order) -> str:
    """What is true today: organizers refund order by order, nothing goes back by itself."""
    if not order.total_minor:
        return _("Your tickets cost nothing, so no money has to come back.")
    left = Money(order.total_minor - refunded_minor(order), order.currency)
    if left.minor <= 0:
        return _("Your money is on its way back to you already.")
    return _(
        "%(organizer)s pays %(amount)s back to you, the way you paid. That is done order by order: as"
        " soon as your money is on its way, we write to you. There is nothing you have to do. If it"
        " takes too long, just reply to this mail."
    ) % {"organizer": order.organizer.name, "amount": left}
