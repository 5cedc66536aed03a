"""One mail and its state. Its words are not shown: they hold links and codes of the person it went to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.roles import Capability
from apps.console.desk import Desk
from apps.console.views.books import changes_of
from apps.core.transitions import IllegalTransition, LostRace
from apps.notifications.models import Mail, MailState
from apps.notifications.services.resend import send_again
from apps.orders.models import Order


def overview(request: HttpRequest, desk: Desk, mail: Mail) -> HttpResponse:
    about_order = mail.about.startswith("orders.order:")
    order = Order.objects.filter(pk=mail.about_id).first() if about_order else None
    return desk.render(
        request,
        "console/mail.html",
        mail,
        title=mail.title,
        mail=mail,
        order=order,
        again=mail.state in {MailState.FAILED, MailState.BOUNCED}
        and desk.may(request, Capability.CHANGE_ORDERS, mail),
        changes=changes_of(mail),
    )


def retry(request: HttpRequest, desk: Desk, mail: Mail) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        send_again(mail, actor=desk.actor(request), at=now())
    except (IllegalTransition, LostRace):
        messages.warning(request, _("It is waiting, or it was sent."))
    else:
        messages.success(request, _("It is sent again."))
    return redirect(desk.url("overview", mail))
