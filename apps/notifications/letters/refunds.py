"""What buyers are told of money that goes back, or should have."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.templatetags.look import grouped
from apps.notifications.letter import Button, Letter, NotNeeded, Part, Words
from apps.notifications.letters.orders import PAID, order_line, order_of
from apps.notifications.links import order_url
from apps.notifications.models import Mail
from apps.orders.models import Order, OrderRefund
from apps.payments.gateways.base import Kind
from apps.payments.models import Refund
from apps.payments.states import RefundState
from apps.tickets.models import Ticket
from apps.vouchers.models import GiftVoucher
from apps.vouchers.states import Origin

_NOT_COMING = (RefundState.FAILED, RefundState.CANCELLED)


def refunded(mail: Mail) -> Letter:
    """
    Also for tickets that cost nothing: then there is no refund, and only the tickets end.

    :raises NotNeeded: it has failed by now, which is told by a mail of its own.
    """
    order = order_of(mail)
    refund, decided = _refund_of(mail), _decision_of(mail)
    parts: list[Part] = []
    if refund is not None and refund.state not in _NOT_COMING:
        parts.append(Words(_on_its_way(refund)))
    if decided is not None and decided.voucher is not None:
        parts.append(Words(_onto_voucher(decided, decided.voucher)))
    if refund is not None and not parts:
        raise NotNeeded(refund.state)
    parts += [
        Words(_what_became_of_tickets(order, decided)),
        Button(_("Open the order"), order_url(order)),
        order_line(order),
    ]
    subject = _("Your money for %(event)s is on its way back")
    money = refund is not None or (decided is not None and decided.voucher is not None)
    if not money:
        subject = _("Your tickets for %(event)s were cancelled")
    return Letter(
        subject=subject % {"event": order.event.title},
        heading=_("You get your money back.") if money else _("Your tickets were cancelled."),
        parts=tuple(parts),
        colour=order.event.signal,
    )


def _what_became_of_tickets(order: Order, decided: OrderRefund | None) -> str:
    died = Ticket.objects.filter(unit__refund_line__order_refund=decided) if decided else None
    if died is None or not Ticket.objects.living().filter(unit__line__order=order).exists():
        return _("The tickets of this order are no longer valid.")
    references = [grouped(ticket.reference) for ticket in died.order_by("pk")]
    if not references:
        return _("Your tickets stay valid.")
    words = ngettext(
        "This ticket is no longer valid: %(tickets)s. The others of this order stay valid.",
        "These tickets are no longer valid: %(tickets)s. The others of this order stay valid.",
        len(references),
    )
    return words % {"tickets": ", ".join(references)}


def refund_failed(mail: Mail) -> Letter:
    """Closed account, lost card: it is owed all the same, and a person sees to it."""
    order = order_of(mail)
    refund = _refund_of(mail)
    if refund is None or refund.state not in _NOT_COMING:
        raise NotNeeded("it arrived after all")
    decided = OrderRefund.objects.filter(refund=refund).first()
    what = _(
        "%(amount)s could not be sent to the account you paid with, for example because it was closed"
        " since. The money is still yours: we look into it and find another way."
    )
    return Letter(
        subject=_("Your money for %(event)s could not be sent") % {"event": order.event.title},
        heading=_("Your refund did not arrive."),
        parts=(
            Words(what % {"amount": refund.amount}),
            *([Words(_what_became_of_tickets(order, decided))] if decided else []),
            Words(
                _("There is nothing you have to do. To tell us how it can reach you, just reply.")
            ),
            Button(_("Open the order"), order_url(order)),
            order_line(order),
        ),
        colour=order.event.signal,
    )


def surplus_refunded(mail: Mail) -> Letter:
    """Money that found no order: paid twice, or too late for any place."""
    order = order_of(mail)
    refund = _refund_of(mail)
    if refund is None or refund.state in _NOT_COMING:
        raise NotNeeded("nothing is on its way")
    if order.state in PAID:
        why = _(
            "Your order had been paid before: you keep your tickets, and this payment goes back."
        )
    elif order.replaced_by_id is not None:
        why = _("You have chosen anew since: this payment was for your first choice.")
    else:
        why = _("Your payment came when the order had already ended.")
    return Letter(
        subject=_("We are sending you %(amount)s back") % {"amount": refund.amount},
        heading=_("You get this payment back."),
        parts=(
            Words(why),
            Words(_on_its_way(refund)),
            Button(_("Open the order"), order_url(order)),
            order_line(order),
        ),
        colour=order.event.signal,
    )


def _on_its_way(refund: Refund) -> str:
    words = _(
        "%(amount)s are on their way to the account you paid with."
        " Depending on your bank it takes up to ten days until you see them."
    )
    if refund.payment.provider == Kind.OFFLINE:
        words = _(
            "%(amount)s of what you paid at the box office go back to you from the organizer."
        )
    return words % {"amount": refund.amount}


def _onto_voucher(decided: OrderRefund, voucher: GiftVoucher) -> str:
    words = _("%(amount)s are on your gift voucher %(voucher)s again.")
    if voucher.origin == Origin.REFUND and voucher.face_minor == decided.voucher_minor:
        words = _(
            "%(amount)s are on a new gift voucher, %(voucher)s: it comes in a mail of its own."
        )
    return words % {"amount": decided.to_voucher, "voucher": voucher}


def _refund_of(mail: Mail) -> Refund | None:
    number = mail.context.get("refund")
    return Refund.objects.select_related("payment").get(pk=number) if number else None


def _decision_of(mail: Mail) -> OrderRefund | None:
    number = mail.context.get("order_refund")
    return (
        OrderRefund.objects.select_related("order", "voucher").filter(pk=number).first()
        if number
        else None
    )
