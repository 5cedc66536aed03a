from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from apps.core.asked_often import AskedOften
from apps.orders.keys import opens_image
from apps.orders.models import Order
from apps.orders.services.confirm import tickets_of
from apps.orders.shown_tickets import admits, with_code
from apps.orders.views.loading import for_order, unknown
from apps.tickets import qr
from apps.tickets.models import Ticket
from apps.tickets.pdf import tickets_pdf
from apps.tickets.seen import What, note_view
from apps.tickets.tokens import token


@require_GET
@for_order
def ticket(request: HttpRequest, order: Order, ticket_reference: str) -> HttpResponse:
    found = _ticket(order, ticket_reference)
    note_view([found], What.PAGE, at=now())
    context = {"order": order, "event": order.event, "shown": with_code(found)}
    return render(request, "orders/ticket.html", context)


@require_GET
@for_order
def ticket_pdf(_request: HttpRequest, order: Order, ticket_reference: str) -> HttpResponse:
    found = _ticket(order, ticket_reference)
    if not admits(found):  # its page says why
        return redirect("orders:ticket", order.reference, ticket_reference)
    return _pdf([found], ticket_reference)


@require_GET
@for_order
def order_pdf(_request: HttpRequest, order: Order) -> HttpResponse:
    valid = [ticket for ticket in tickets_of(order) if admits(ticket)]
    return _pdf(valid, order.reference) if valid else redirect("orders:order", order.reference)


@never_cache
@require_GET
def image(request: HttpRequest, ticket_reference: str, key: str) -> HttpResponse:
    """The code as a PNG, for mails: some programs show no SVG and send no cookie."""
    found = Ticket.objects.filter(reference=ticket_reference).select_related("event").first()
    if found is None or not opens_image(found, key):
        return unknown(request)
    note_view([found], What.IMAGE, at=now())
    return HttpResponse(qr.png(token(found)), content_type="image/png")


def _ticket(order: Order, reference: str) -> Ticket:
    found = _TICKETS.first(reference)
    if found is None or found.unit.line.order_id != order.pk:
        raise Http404
    found.event = order.event
    return found


def _by_reference(reference: str) -> QuerySet[Ticket]:
    sold = Ticket.objects.select_related("variant", "unit__line").filter(unit__isnull=False)
    return sold.filter(reference=reference)


_TICKETS = AskedOften(_by_reference, "?")


def _pdf(tickets: list[Ticket], name: str) -> HttpResponse:
    note_view(tickets, What.PDF, at=now())
    return HttpResponse(
        tickets_pdf(tickets),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="tickets-{name}.pdf"'},
    )
