"""What holders are told about the evening itself: it is near, or it does not take place."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.notifications.letter import Button, Letter, NotNeeded, Words
from apps.notifications.letters.evening import date, day, where_and_when
from apps.notifications.letters.orders import living, open_tickets, order_line, order_of
from apps.notifications.links import order_url
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.orders.selectors import worth_of_standing
from apps.orders.states import Channel


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
    if not order.total_minor:
        return _("Your tickets cost nothing, so no money has to come back.")
    left = worth_of_standing(order)
    if not left:
        return _("Your money is on its way back to you already.")
    if order.channel == Channel.BOX_OFFICE:
        return _(
            "You paid at the box office, so %(organizer)s hands %(amount)s back to you. Just reply to"
            " this mail to ask when and where."
        ) % {"organizer": order.organizer.name, "amount": left}
    return _(
        "%(amount)s go back to you, the way you paid. It happens by itself, order by order: as soon as"
        " your money is on its way, we write to you. There is nothing you have to do."
    ) % {"amount": left}
