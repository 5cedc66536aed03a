"""One sale: to be paid, or paid with its tickets."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.box_office.counter import Counter, order_at, with_a_till
from apps.box_office.forms import ContactForm, PaymentForm, VoucherForm
from apps.box_office.models import Till
from apps.box_office.notes import keys
from apps.box_office.selectors import given_back
from apps.box_office.services.book import TillClosed
from apps.box_office.services.sell import InHand, finish_sale, sold_by
from apps.inventory.holds import NotOurs
from apps.orders.models import Order
from apps.orders.receipt import taxes
from apps.orders.services.ask_for_mail import NothingToMail
from apps.orders.services.cancel import NotCancellable, cancel
from apps.orders.services.confirm import tickets_of
from apps.orders.services.note_contact import mail_to, note_contact
from apps.orders.services.places import PlacesGone, VoucherGone
from apps.orders.services.put_voucher import put_voucher, take_voucher_off
from apps.orders.services.refused import Refused
from apps.orders.services.start_payment import NotPayable
from apps.orders.services.upgrade import NotUpgradable
from apps.orders.shown_tickets import with_code
from apps.orders.states import UNPAID
from apps.payments.gateways.offline import Method
from apps.tickets.pdf import tickets_pdf
from apps.tickets.states import TicketState

View = Callable[[HttpRequest, Counter, Till, Order], HttpResponse]


def of_a_sale(view: View) -> Callable[..., HttpResponse]:
    """The order must have been sold at this event's box office, or be on sale on this phone."""

    @with_a_till
    @wraps(view)
    def guarded(request: HttpRequest, counter: Counter, till: Till, reference: str) -> HttpResponse:
        order = order_at(counter, reference)
        if order is None:
            raise Http404
        return view(request, counter, till, order)

    return guarded


@require_safe
@of_a_sale
def sale(request: HttpRequest, counter: Counter, _till: Till, order: Order) -> HttpResponse:
    if order.paid_at is not None:
        return _sold(request, counter, order, ContactForm(order))
    if order.state not in UNPAID or now() >= order.pay_by:
        messages.warning(request, _("Nobody paid in time, the places are free again. Sell anew."))
        return redirect("box_office:counter", counter.event.slug)
    return _to_pay(request, counter, order)


@require_POST
@of_a_sale
def payment(request: HttpRequest, counter: Counter, till: Till, order: Order) -> HttpResponse:
    form = PaymentForm(order.due, request.POST.dict())
    if not form.is_valid() and order.paid_at is None:
        return _to_pay(request, counter, order, wrong=form)
    try:
        finish_sale(till, order, _in_hand(form), at=now())
    except VoucherGone:
        messages.error(request, _("Not sold: the gift voucher does not pay any more. Take it off."))
        return redirect("box_office:sale", counter.event.slug, order.reference)
    except (NotPayable, PlacesGone, NotOurs, NotUpgradable):
        text = _("Not sold: the time was up or sales have ended. Give the money back, sell anew.")
        messages.error(request, text)
        return redirect("box_office:counter", counter.event.slug)
    except TillClosed:
        messages.error(request, _("Not sold: this till was closed. Give the money back."))
        return redirect("box_office:counter", counter.event.slug)
    return redirect("box_office:sale", counter.event.slug, order.reference)


@require_POST
@of_a_sale
def voucher(request: HttpRequest, counter: Counter, _till: Till, order: Order) -> HttpResponse:
    """What is typed is put on; nothing is taken off."""
    form = VoucherForm(request.POST.dict())
    here = redirect("box_office:sale", counter.event.slug, order.reference)
    try:
        if not form.typed:
            take_voucher_off(order, at=now())
        else:
            put_voucher(order, form.typed, at=now())
    except NotPayable:
        messages.error(request, _("It has changed meanwhile."))
    except Refused as refused:
        form.refuse(refused)
        if order.paid_at is None:
            return _to_pay(request, counter, order, wrong=form)
    return here


@require_POST
@of_a_sale
def contact(request: HttpRequest, counter: Counter, _till: Till, order: Order) -> HttpResponse:
    """Before it is paid, a name and an address; afterwards, where to mail the tickets."""
    form = ContactForm(order, request.POST.dict())
    if not form.is_valid():
        if order.paid_at is not None:
            return _sold(request, counter, order, form, status=422)
        return _to_pay(request, counter, order, wrong=form)
    try:
        _note(request, counter, order, form)
    except (NotPayable, NothingToMail):
        messages.error(request, _("It has changed meanwhile."))
    return redirect("box_office:sale", counter.event.slug, order.reference)


@require_POST
@of_a_sale
def cancellation(
    _request: HttpRequest, counter: Counter, _till: Till, order: Order
) -> HttpResponse:
    try:
        cancel(order, actor=counter.sales, reason="let go at the box office", at=now())
    except NotCancellable:
        return redirect("box_office:sale", counter.event.slug, order.reference)
    return redirect("box_office:counter", counter.event.slug)


@require_safe
@of_a_sale
def pdf(_request: HttpRequest, _counter: Counter, _till: Till, order: Order) -> HttpResponse:
    tickets = [t for t in tickets_of(order) if t.state == TicketState.VALID]
    if not tickets:
        raise Http404
    return HttpResponse(
        tickets_pdf(tickets),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="tickets-{order.reference}.pdf"'},
    )


def _in_hand(form: PaymentForm) -> InHand:
    sent = form.cleaned_data
    if sent.get("method") == Method.CARD:
        return InHand(Method.CARD, receipt=sent.get("receipt", ""))
    return InHand(Method.CASH, given=form.put_down())


def _note(request: HttpRequest, counter: Counter, order: Order, form: ContactForm) -> None:
    email = form.cleaned_data["email"]
    if order.paid_at is None:
        note_contact(order, email=email, name=form.cleaned_data["name"])
        return
    mail_to(order, email, actor=counter.sales, at=now())
    messages.success(request, _("The tickets are mailed to %(email)s.") % {"email": email})


def _to_pay(
    request: HttpRequest,
    counter: Counter,
    order: Order,
    *,
    wrong: PaymentForm | ContactForm | VoucherForm | None = None,
) -> HttpResponse:
    """wrong: the form that has to be mended."""
    page = {
        "counter": counter,
        "event": counter.event,
        "order": order,
        "lines": list(order.lines.order_by("pk")),
        "keys": keys(order.due),
        "form": wrong if isinstance(wrong, PaymentForm) else PaymentForm(order.due),
        "contact": wrong if isinstance(wrong, ContactForm) else ContactForm(order),
        "voucher": wrong if isinstance(wrong, VoucherForm) else VoucherForm(),
    }
    status = 200 if wrong is None else 422
    return render(request, "box_office/payment.html", page, status=status)


def _sold(
    request: HttpRequest, counter: Counter, order: Order, contact: ContactForm, *, status: int = 200
) -> HttpResponse:
    lines, tickets = list(order.lines.order_by("pk")), tickets_of(order)
    page = {
        "counter": counter,
        "event": counter.event,
        "order": order,
        "organizer": order.organizer,
        "line": sold_by(order),
        "lines": lines,
        "taxes": taxes(lines, order.currency),
        "tickets": [with_code(ticket) for ticket in tickets],
        "back": given_back(order),
        "returned": all(ticket.state == TicketState.REFUNDED for ticket in tickets),
        "contact": contact,
    }
    return render(request, "box_office/sold.html", page, status=status)
