"""Giving back: a page that says what would come back and die for it, and does it when told so."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Desk
from apps.console.forms.refund import ChoiceForm, RefundForm
from apps.console.selectors.orders import story_of
from apps.core.money import Money, total
from apps.orders.models import Order, OrderRefund, Unit
from apps.orders.refund_ways import ways_now
from apps.orders.selectors import left_of, left_to_give_back, refunds_told
from apps.orders.services.give_back import Giving, InDispute, KeyReused, standing_units
from apps.orders.services.refund import (
    Amount,
    Choice,
    NotRefundable,
    Quote,
    UpgradedSince,
    Whole,
    quote,
)
from apps.orders.services.refund import refund as give_back
from apps.payments.gateways.base import Kind


def refund(request: HttpRequest, desk: Desk, order: Order) -> HttpResponse:
    units = standing_units(order)
    sent = request.method == "POST"
    chosen = ChoiceForm(request.POST if sent else request.GET, order=order, units=units)
    choice = chosen.choice if chosen.is_valid() else None
    tickets_die = not isinstance(choice, Amount)
    form = RefundForm(request.POST if sent else None, tickets_die=tickets_die)
    if sent and form.is_valid() and choice is None:
        return _choose_again(request, desk, order, form)
    if sent and form.is_valid() and choice is not None:
        _do(request, desk, order, choice, form)
        return redirect(desk.url("overview", order))
    try:
        quoted = quote(order, choice or Whole())
    except UpgradedSince:
        messages.warning(
            request, _("One of its tickets was upgraded. Give the upgrade back first.")
        )
        return redirect(desk.url("overview", order))
    except InDispute:
        messages.warning(request, _in_dispute())
        return redirect(desk.url("overview", order))
    except NotRefundable:
        if choice is None or isinstance(choice, Whole):
            messages.warning(request, _nothing_left(order))
            return redirect(desk.url("overview", order))
        messages.warning(request, _("So much cannot go back. Choose again."))
        return redirect(desk.url("refund", order))
    return _page(request, desk, order, quoted, chosen, form)


def _choose_again(request: HttpRequest, desk: Desk, order: Order, form: RefundForm) -> HttpResponse:
    """What was chosen is not there any more: given back by this very form, or by somebody else."""
    key = form.cleaned_data["key"]
    if key and (given := OrderRefund.objects.filter(order=order, key=key).first()):
        messages.success(request, _said(given))
        return redirect(desk.url("overview", order))
    messages.warning(request, _("It has changed meanwhile."))
    return redirect(desk.url("refund", order))


def _do(request: HttpRequest, desk: Desk, order: Order, choice: Choice, form: RefundForm) -> None:
    typed = form.cleaned_data
    giving = Giving(
        desk.actor(request),
        typed["reason"],
        back_on_sale=form.back_on_sale,
        key=typed["key"],
    )
    try:
        given = give_back(order, choice, giving, at=now())
    except UpgradedSince:
        messages.warning(
            request, _("One of its tickets was upgraded. Give the upgrade back first.")
        )
    except InDispute:
        messages.warning(request, _in_dispute())
    except (NotRefundable, KeyReused):
        messages.warning(request, _nothing_left(order))
    else:
        messages.success(request, _said(given))


def _nothing_left(order: Order) -> str:
    """A decision stands when its money does not arrive: it is sent again, not decided again."""
    owed = total((refund.amount for refund in refunds_told(order).failed), order.currency)
    if owed:
        return _("All of it was given back, and %s did not arrive: send it again.") % owed
    return _("There is nothing left to give back.")


def _in_dispute() -> str:
    return _("The buyer's bank decides about this payment. Until then it is not refunded.")


def _page(
    request: HttpRequest,
    desk: Desk,
    order: Order,
    quoted: Quote,
    chosen: ChoiceForm,
    form: RefundForm,
) -> HttpResponse:
    story = story_of(order)
    dying = [unit.ticket for unit in quoted.living]
    left = left_to_give_back(order)
    return desk.render(
        request,
        "console/refund.html",
        order,
        title=_("Refund"),
        order=order,
        quoted=quoted,
        chosen=chosen,
        what=chosen.quoted,
        form=form,
        dying=dying,
        entered=sum(ticket.pk in story.entered for ticket in dying),
        payment=next((p.payment for p in story.payments if p.applied), None),
        ways=ways_now(order, quoted.amount),
        yours=quoted.amount - quoted.fee_back,
        gone=order.total - left,
        left=left,
        rows=_rows(order, chosen.units, {unit.pk for unit in quoted.units}),
    )


def _rows(order: Order, units: list[Unit], chosen: set[int]) -> list[tuple[Unit, Money, bool]]:
    """What each ticket would bring back, and whether it is among those that would die now."""
    worths = {pk: worth for left in left_of(order) for pk, worth in left.worths.items()}
    return [(unit, Money(worths[unit.pk], order.currency), unit.pk in chosen) for unit in units]


def _said(given: OrderRefund) -> str:
    if given.refund is not None and given.refund.payment.provider == Kind.OFFLINE:
        return _("Recorded: now hand the money back.")
    if given.refund is None and given.voucher is not None:
        return _("The money is on the gift voucher again.")
    if given.refund is None:
        return _("The tickets no longer work.")
    if given.kind == "amount":
        return _("The refund is on its way.")
    return _("The refund is on its way. The tickets no longer work.")
