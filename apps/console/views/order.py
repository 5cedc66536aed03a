"""An order's own pages: what happened, and what helps its buyer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.roles import Capability
from apps.console.desk import Asking, Desk
from apps.console.forms.orders import AddressForm, RefundForm
from apps.console.selectors.orders import refunded, story_of
from apps.notifications.services.resend import TooSoon, resend_tickets
from apps.orders.models import Order
from apps.orders.selectors import refunds_of, status
from apps.orders.services.correct_email import correct_email
from apps.orders.services.give_back import InDispute
from apps.orders.services.refund import NotRefundable, UpgradedSince, refund_order
from apps.orders.states import OrderState
from apps.payments.gateways.base import Kind
from apps.payments.models import Refund

PAID = {OrderState.PAID, OrderState.COMPLETED}


def overview(request: HttpRequest, desk: Desk, order: Order) -> HttpResponse:
    story = story_of(order)
    living = any(ticket.state in {"valid", "blocked"} for ticket in story.tickets)
    upgraded = any(ticket.state == "transferred" for ticket in story.tickets)
    return desk.render(
        request,
        "console/order.html",
        order,
        title=order.reference,
        order=order,
        story=story,
        status=status(order, refunds_of(order)),
        refunded=refunded(order),
        may_change=desk.may(request, Capability.CHANGE_ORDERS, order),
        may_block=desk.may(request, Capability.BLOCK_TICKETS, order),
        refundable=order.state in PAID and (living or upgraded),
        mailable=order.state in PAID and living and bool(order.email),
    )


def refund(request: HttpRequest, desk: Desk, order: Order) -> HttpResponse:
    form = RefundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            given = refund_order(
                order, actor=desk.actor(request), reason=form.cleaned_data["reason"], at=now()
            )
        except UpgradedSince:
            text = _("One of its tickets was upgraded. Give the upgrade back first.")
            messages.warning(request, text)
        except InDispute:
            text = _("The buyer's bank decides about this payment. Until then it is not refunded.")
            messages.warning(request, text)
        except NotRefundable:
            messages.warning(request, _("There is nothing left to give back."))
        else:
            messages.success(request, _given_back(given))
        return redirect(desk.url("overview", order))
    story = story_of(order)
    dying = [ticket for ticket in story.tickets if ticket.state in {"valid", "blocked"}]
    return desk.render(
        request,
        "console/refund.html",
        order,
        title=_("Refund"),
        order=order,
        form=form,
        dying=dying,
        entered=sum(ticket.pk in story.entered for ticket in dying),
        payment=next((p.payment for p in story.payments if p.applied), None),
        yours=order.total - order.fee,
    )


def _given_back(refund: Refund | None) -> str:
    if refund is not None and refund.payment.provider == Kind.OFFLINE:
        return _("Recorded: now hand the money back. The tickets no longer work.")
    return _("The refund is on its way. The tickets no longer work.")


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
