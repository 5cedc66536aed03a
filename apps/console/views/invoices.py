"""Invoices as the organizer and the operator see them: what was issued, and that no number is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Desk
from apps.core import csv_stream
from apps.invoices.content import sums_by_rate
from apps.invoices.drawing import words
from apps.invoices.models import Invoice, Series
from apps.invoices.papers import file_name, paper_of
from apps.invoices.parties import Party
from apps.invoices.selectors import look_through
from apps.ledger.chart import PLATFORM_FEE
from apps.ledger.models import LedgerAccount


def overview(request: HttpRequest, desk: Desk, invoice: Invoice) -> HttpResponse:
    recipient, issuer = Party.of(invoice.recipient), Party.of(invoice.issuer)
    return desk.render(
        request,
        "console/invoice.html",
        invoice,
        title=invoice.number,
        invoice=invoice,
        facts=words.facts(invoice),
        issuer=issuer.address(),
        recipient=recipient.address(seen_from=issuer.country),
        lines=invoice.lines.order_by("position"),
        sums=sums_by_rate(invoice),
        credits=invoice.credits.order_by("pk"),
        paper=getattr(invoice, "paper", None),
        fee_entries=_fee_entries(invoice) if desk.access(request).everybody else None,
    )


def _fee_entries(invoice: Invoice) -> str | None:
    """Where the postings of a month's fees are; what was billed late is of the months before."""
    account = LedgerAccount.objects.filter(code=PLATFORM_FEE, currency=invoice.currency).first()
    if invoice.order_id is not None or account is None:
        return None
    chosen = {
        "organizer": invoice.organizer_id,
        "first": invoice.supplied_from.isoformat(),
        "last": invoice.supplied_until.isoformat(),
    }
    url = reverse("platform:ledger_ledgeraccount_overview", args=[account.pk])
    return f"{url}?{urlencode(chosen)}"


def pdf(_request: HttpRequest, _desk: Desk, invoice: Invoice) -> HttpResponse:
    return as_pdf(invoice)


def xml(_request: HttpRequest, _desk: Desk, invoice: Invoice) -> HttpResponse:
    """The data inside, for who books it by machine."""
    paper = paper_of(invoice, at=now())
    if not paper.xml:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{invoice.number}.xml"'}
    return HttpResponse(paper.xml, content_type="application/xml", headers=headers)


def as_pdf(invoice: Invoice) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{file_name(invoice)}"'}
    content = bytes(paper_of(invoice, at=now()).pdf)
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def series(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Each series counted through."""
    mine = Series.objects.filter(pk__in=desk.rows(request, to=desk.needs.view).values("series"))
    return desk.render(
        request, "console/series.html", None, title=_("Numbers"), looks=look_through(mine)
    )


def csv(request: HttpRequest, desk: Desk) -> StreamingHttpResponse:
    rows: QuerySet[Any] = desk.get_changelist_instance(request).get_queryset(request)
    head = [
        _("Number"), _("Kind"), _("Date"), _("Supply from"), _("Supply until"), _("Recipient"),
        _("VAT id"), _("Order"), _("Belongs to"), _("Currency"), _("Net"), _("VAT"), _("Gross"),
    ]  # fmt: skip
    return csv_stream.response("invoices", head, _rows(rows.order_by()))


def _rows(rows: QuerySet[Invoice]) -> Iterator[list[Any]]:
    for invoice in csv_stream.in_chunks(rows.select_related("order", "refers_to")):
        yield [
            invoice.number,
            invoice.get_kind_display(),
            invoice.issued_on,
            invoice.supplied_from,
            invoice.supplied_until,
            invoice.recipient.get("name", ""),
            invoice.recipient.get("vat_id", ""),
            invoice.order or "",
            invoice.refers_to or "",
            invoice.currency,
            *(signed(invoice, part) for part in ("net", "tax", "gross")),
        ]


def signed(invoice: Invoice, part: str) -> str:
    """A credit takes away."""
    money = getattr(invoice, part)
    return str((-money if invoice.is_credit else money).plain())
