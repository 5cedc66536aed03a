from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Desk
from apps.console.forms.team import SureForm
from apps.console.views.books import changes_of
from apps.core.money import Money
from apps.orders.models import Order
from apps.orders.services.send_back import NothingToSendBack, owed_to_buyer, send_back
from apps.payments.models import Payment


def overview(request: HttpRequest, desk: Desk, payment: Payment) -> HttpResponse:
    order = Order.objects.filter(payments__payment=payment).first()
    return desk.render(
        request,
        "console/payment.html",
        payment,
        title=payment.reference,
        payment=payment,
        fee=Money(payment.fee_minor, payment.currency) if payment.fee_minor is not None else None,
        order=order,
        owed=owed_to_buyer(payment, order) if order else None,
        send_back_url=desk.url("sending-back", payment),
        refunds=payment.refunds.order_by("pk"),
        changes=changes_of(payment),
    )


def sending_back(request: HttpRequest, desk: Desk, payment: Payment) -> HttpResponse:
    """Money that bought nothing goes back to the buyer."""
    back = desk.url("overview", payment)
    order = Order.objects.filter(payments__payment=payment).first()
    owed = owed_to_buyer(payment, order) if order else None
    if not owed:
        messages.error(request, _("Nothing of this payment is owed to the buyer."))
        return redirect(back)
    if request.method != "POST":
        line = _("%(amount)s goes back to the buyer by %(provider)s. The buyer gets a mail.") % {
            "amount": owed,
            "provider": payment.provider.capitalize(),
        }
        return desk.ask_before(request, payment, title=_("Send back"), line=line, form=SureForm())
    try:
        send_back(payment, actor=desk.actor(request), at=now())
    except NothingToSendBack:
        messages.error(request, _("Nothing of this payment is owed to the buyer."))
    else:
        messages.success(request, _("It is on its way back."))
    return redirect(back)
