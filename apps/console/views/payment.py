from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.console.desk import Desk
from apps.console.forms.orders import ReasonForm
from apps.console.forms.team import SureForm
from apps.console.views.books import changes_of
from apps.console.words import provider_words
from apps.core.money import Money
from apps.orders.models import Order
from apps.orders.services.apply_by_hand import NotApplicable, Why, apply_by_hand, why_not
from apps.orders.services.send_back import NothingToSendBack, owed_to_buyer, send_back
from apps.payments.gateways.errors import GatewayError
from apps.payments.models import Payment
from apps.payments.services.look_over import NothingToLookAt, look_over
from apps.payments.services.refund import NotRefundable

_REFUSED: dict[Why, Promise] = {
    Why.ORDER_PAID: gettext_lazy("The order is paid already. Send this payment back."),
    Why.ORDER_REPLACED: gettext_lazy("The buyer has chosen again since. Send this payment back."),
    Why.NOT_ON_SALE: gettext_lazy("The event is not on sale any more. Send this payment back."),
    Why.NOT_WHOLE: gettext_lazy("Not all of this payment is still here, or it is applied already."),
    Why.OTHER_SUM: gettext_lazy("Its sum is not that of the order. Send it back."),
    Why.PLACES_GONE: gettext_lazy("The places are gone and there are no others. Send it back."),
}


def overview(request: HttpRequest, desk: Desk, payment: Payment) -> HttpResponse:
    order = _order_of(payment)
    return desk.render(
        request,
        "console/payment.html",
        payment,
        title=payment.reference,
        payment=payment,
        fee=Money(payment.fee_minor, payment.currency) if payment.fee_minor is not None else None,
        order=order,
        owed=owed_to_buyer(payment, order) if order else None,
        applicable=order is not None and why_not(order, payment) is None,
        apply_url=desk.url("application", payment),
        send_back_url=desk.url("sending-back", payment),
        refunds=payment.refunds.order_by("pk"),
        changes=changes_of(payment),
    )


def application(request: HttpRequest, desk: Desk, payment: Payment) -> HttpResponse:
    """Money that needed a look buys its order after all."""
    back = desk.url("overview", payment)
    order = _order_of(payment)
    why = why_not(order, payment) if order else Why.NOT_WHOLE
    if order is None or why is not None:
        messages.error(request, str(_REFUSED[why or Why.NOT_WHOLE]))
        return redirect(back)
    form = ReasonForm(request.POST or None)
    if not form.is_valid():
        line = _(
            "%(amount)s by %(provider)s pays order %(order)s, and the buyer gets the tickets. The"
            " provider is asked once more: it must have taken just that sum."
        ) % {
            "amount": payment.amount,
            "provider": provider_words(payment.provider),
            "order": order.reference,
        }
        title = _("Apply to the order")
        return desk.ask_before(request, payment, title=title, line=line, form=form)
    try:
        reason = form.cleaned_data["reason"]
        apply_by_hand(payment, actor=desk.actor(request), reason=reason, at=now())
    except NotApplicable as refused:
        messages.error(request, _refusal(refused, order))
    except GatewayError:
        messages.error(request, _("The provider could not be asked just now. Please try again."))
    else:
        messages.success(request, _("Paid. The tickets are on their way to the buyer."))
    return redirect(back)


def looking_over(request: HttpRequest, desk: Desk, payment: Payment) -> HttpResponse:
    """What differed was compared; while money of it is owed, it is applied or sent back instead."""
    back = desk.url("overview", payment)
    order = _order_of(payment)
    if not payment.needs_review or (order and owed_to_buyer(payment, order)):
        messages.warning(request, _("It has changed meanwhile."))
        return redirect(back)
    form = ReasonForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        line = _("Nothing is booked. It goes back by itself again where other payments do.")
        title = _("I have compared it")
        return desk.ask_before(request, payment, title=title, line=line, form=form)
    reason = form.cleaned_data["reason"]
    try:
        look_over(payment, reason=reason, actor=desk.actor(request), at=now())
    except NothingToLookAt:
        messages.warning(request, _("It has changed meanwhile."))
    else:
        messages.success(request, _("It waits for nobody any more."))
    return redirect(back)


def _order_of(payment: Payment) -> Order | None:
    orders = Order.objects.select_related("event").filter(payments__payment=payment)
    return orders.first()


def _refusal(refused: NotApplicable, order: Order) -> str:
    if refused.told is None:
        return str(_REFUSED[refused.why])
    words = _("The provider took %(told)s, the order costs %(total)s. Send it back.")
    return words % {"told": refused.told, "total": order.due}


def sending_back(request: HttpRequest, desk: Desk, payment: Payment) -> HttpResponse:
    """Money that bought nothing goes back to the buyer."""
    back = desk.url("overview", payment)
    order = _order_of(payment)
    owed = owed_to_buyer(payment, order) if order else None
    if not owed:
        messages.error(request, _("Nothing of this payment is owed to the buyer."))
        return redirect(back)
    if request.method != "POST":
        line = _("%(amount)s goes back to the buyer by %(provider)s. The buyer gets a mail.") % {
            "amount": owed,
            "provider": provider_words(payment.provider),
        }
        return desk.ask_before(request, payment, title=_("Send back"), line=line, form=SureForm())
    try:
        send_back(payment, actor=desk.actor(request), at=now())
    except NothingToSendBack:
        messages.error(request, _("Nothing of this payment is owed to the buyer."))
    except NotRefundable:
        messages.warning(
            request,
            _("The buyer's bank decides about this payment. Until then it is not refunded."),
        )
    else:
        messages.success(request, _("It is on its way back."))
    return redirect(back)
