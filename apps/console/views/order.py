"""An order's own pages: what happened, and what helps its buyer."""

from __future__ import annotations

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.roles import Capability
from apps.console.desk import Asking, Desk
from apps.console.forms.orders import AddressForm
from apps.console.selectors.orders import story_of
from apps.core.money import total
from apps.notifications.services.resend import TooSoon, resend_tickets
from apps.orders.models import Order
from apps.orders.selectors import Told, back_on_voucher, left_to_give_back, refunds_told, status_of
from apps.orders.services.correct_email import correct_email
from apps.orders.services.send_back import NothingToSendBack, owed_to_buyer, send_back
from apps.orders.states import OrderState
from apps.payments.models import Payment
from apps.payments.services.refund import NotRefundable

PAID = {OrderState.PAID, OrderState.COMPLETED}


def overview(request: HttpRequest, desk: Desk, order: Order) -> HttpResponse:
    story = story_of(order)
    told = refunds_told(order)
    living = any(ticket.state in {"valid", "blocked"} for ticket in story.tickets)
    return desk.render(
        request,
        "console/order.html",
        order,
        title=order.reference,
        order=order,
        story=story,
        status=status_of(order, told),
        failed=told.failed,
        refunded=total((refund.amount for refund in told.going), order.currency)
        + back_on_voucher(order),
        owed=total((refund.amount for refund in told.failed), order.currency),
        sendable=any(owed_to_buyer(payment, order) for payment in _failed_on(told)),
        may_change=desk.may(request, Capability.CHANGE_ORDERS, order),
        may_block=desk.may(request, Capability.BLOCK_TICKETS, order),
        refundable=order.state in PAID and (living or bool(left_to_give_back(order))),
        mailable=order.state in PAID and living and bool(order.email),
    )


def resending(request: HttpRequest, desk: Desk, order: Order) -> HttpResponse:
    """One click: what did not reach the buyer is sent again, the way it was paid."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    sent = False
    for payment in _failed_on(refunds_told(order)):
        with suppress(NothingToSendBack):
            sent |= _send(request, desk, payment)
    if sent:
        messages.success(request, _("It is on its way back."))
    elif not messages.get_messages(request):
        messages.error(request, _("Nothing of it is owed to the buyer any more."))
    return redirect(desk.url("overview", order))


def _send(request: HttpRequest, desk: Desk, payment: Payment) -> bool:
    try:
        send_back(payment, actor=desk.actor(request), at=now())
    except NotRefundable:
        messages.warning(
            request,
            _("The buyer's bank decides about this payment. Until then it is not refunded."),
        )
        return False
    return True


def _failed_on(told: Told) -> list[Payment]:
    return list({refund.payment_id: refund.payment for refund in told.failed}.values())


def mail(request: HttpRequest, desk: Desk, order: Order) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if order.state not in PAID or not order.email:
        messages.warning(request, _("Only a paid order with an address has tickets to send."))
        return redirect(desk.url("overview", order))
    try:
        resend_tickets(order, at=now())
    except TooSoon:
        messages.warning(request, _("It was sent a moment ago. Give it two minutes."))
    else:
        messages.success(request, _("The tickets are mailed to %s.") % order.email)
    return redirect(desk.url("overview", order))


def address(request: HttpRequest, desk: Desk, order: Order) -> HttpResponse:
    form = AddressForm(request.POST or None, initial={"email": order.email})
    if request.method == "POST" and form.is_valid():
        correct_email(order, form.cleaned_data["email"], actor=desk.actor(request), at=now())
        messages.success(
            request, _("Corrected. The old link is dead, a new one goes to %s.") % order.email
        )
        return redirect(desk.url("overview", order))
    line = _(
        "The link that was mailed to the wrong address stops working. "
        "A new one is mailed to the right one."
    )
    return desk.ask(
        request,
        order,
        Asking(
            title=_("Correct the e-mail address"),
            form=form,
            button=_("Correct it"),
            lines=[line],
            back=desk.url("overview", order),
        ),
    )
