"""A buyer's invoices: behind the same door as the tickets."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from apps.core.rate_limit import allow
from apps.invoices.models import Invoice
from apps.invoices.papers import file_name, paper_of
from apps.invoices.services.correct import NothingLeft, NotNow, bill_to, standing_invoice
from apps.orders.billing import BillingFields, initial
from apps.orders.models import Order
from apps.orders.receipt import taxes
from apps.orders.views.loading import for_order

CHANGES, HOUR = 5, 3600


@require_GET
@for_order
def pdf(_request: HttpRequest, order: Order, number: str) -> HttpResponse:
    """Also of an order that was corrected: each document stays what it was."""
    joined = Invoice.objects.select_related("draft", "order", "refers_to")
    invoice = joined.filter(order=order, number=number).first()
    if invoice is None:
        raise Http404
    headers = {"Content-Disposition": f'inline; filename="{file_name(invoice)}"'}
    content = bytes(paper_of(invoice, at=now()).pdf)
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@for_order
def recipient(request: HttpRequest, order: Order) -> HttpResponse:
    if not (order.paid_at and order.total_minor):
        return redirect("orders:order", order.reference)
    if request.method != "POST":
        return _page(request, order, BillingFields(initial=initial(order.billing)))
    form = BillingFields(request.POST)
    form.ask_for_vat_id(order)
    if not form.is_valid():
        return _page(request, order, form, status=422)
    if allow(f"invoice:{order.reference}", CHANGES, HOUR):
        _bill_to(request, order, form)
    else:
        messages.error(request, _("That was many changes in a short time. Wait an hour."))
    return redirect("orders:order", order.reference)


def _bill_to(request: HttpRequest, order: Order, form: BillingFields) -> None:
    try:
        bill_to(order, form.billing(), actor=order.buyer, at=now())
    except NotNow:
        messages.error(request, _("Your invoice is being written just now. Try again in a minute."))
    except NothingLeft:
        messages.error(request, _("All of it was given back: there is nothing left to invoice."))
    else:
        messages.success(request, _("Saved. Your invoice comes with this address in a minute."))


def _page(
    request: HttpRequest, order: Order, form: BillingFields, *, status: int = 200
) -> HttpResponse:
    lines = list(order.lines.order_by("pk"))
    context = {
        "order": order,
        "event": order.event,
        "organizer": order.organizer,
        "lines": lines,
        "taxes": taxes(lines, order.currency),
        "form": form,
        "numbered": standing_invoice(order) is not None,
    }
    return render(request, "invoices/recipient.html", context, status=status)
