"""
Numbers without gaps. A number is the series' count plus one, given under the lock of its row in the
transaction that writes the document: what rolls back was never counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from apps.core import countries
from apps.invoices import law
from apps.invoices.content import Content, NothingToSay, TooEarly
from apps.invoices.kinds import OF_ORGANIZER, OF_PLATFORM, PREFIXES, Form, Kind
from apps.invoices.models import Draft, Invoice, InvoiceLine, LegalEntity, Series
from apps.invoices.parties import of_entity
from apps.invoices.services import compose, compose_fees
from apps.outbox.publish import publish

BATCH = 100
_COMPOSERS = {
    Kind.INVOICE: compose.of_order,
    Kind.CREDIT_NOTE: compose.of_credit,
    Kind.FEE_INVOICE: compose_fees.of_month,
}


@dataclass(frozen=True, slots=True)
class Place:
    """How far a portion came: all of the kinds before, and of this one up to a draft."""

    kind: Kind
    after: int = 0


def number_waiting(issuer: LegalEntity, *, at: datetime, begin: Place | None = None) -> int:
    """
    What is due from this issuer, one transaction per series and batch. A full batch ends the portion,
    and a message goes on behind it, so a worker is done within its lease however much waits. Nothing
    happens before its legal data is complete: what waits gets its number then, in the order it came.

    begin: where the portion before ended.
    """
    if issuer.complete_at is None:
        return 0
    kinds = OF_ORGANIZER if issuer.organizer_id else (Kind.FEE_INVOICE,)
    begin = begin or Place(kinds[0])
    numbered = 0
    for kind in kinds[kinds.index(begin.kind) :]:
        batch = _number_batch(issuer, kind, begin.after if kind == begin.kind else 0, at=at)
        numbered += batch.numbered
        if batch.looked_at == BATCH:
            with transaction.atomic():
                publish("invoices.waiting", about=issuer, at=at, kind=kind, after=batch.last)
            break
    return numbered


def waiting(issuer: LegalEntity) -> QuerySet[Draft]:
    drafts = Draft.objects.filter(done_at=None)
    if issuer.organizer_id:
        return drafts.filter(organizer=issuer.organizer_id, kind__in=OF_ORGANIZER)
    # The recipient's address stands on it too.
    ready = drafts.filter(organizer__legal_entity__complete_at__isnull=False)
    return ready.filter(kind__in=OF_PLATFORM)


@dataclass(slots=True)
class _Batch:
    looked_at: int = 0
    numbered: int = 0
    last: int = 0


@transaction.atomic
def _number_batch(issuer: LegalEntity, kind: Kind, after: int, *, at: datetime) -> _Batch:
    """What is too early stays behind and holds up nobody."""
    batch = _Batch()
    if not waiting(issuer).filter(kind=kind, pk__gt=after).exists():
        return batch
    year = _day(issuer, at).year
    lock_series(issuer, year, kind)
    for draft in _next(issuer, kind, after):
        batch.looked_at += 1
        batch.last = draft.pk
        try:
            content = _COMPOSERS[kind](draft, issuer)
        except TooEarly:
            continue  # its invoice comes first
        except NothingToSay:
            pass
        else:
            _write(draft, content, issuer, lock_series(issuer, year, content.kind), at=at)
        Draft.objects.filter(pk=draft.pk).update(done_at=at)
        batch.numbered += 1
    return batch


def lock_series(issuer: LegalEntity, year: int, kind: Kind) -> Series:
    wanted = {"organizer_id": issuer.organizer_id, "year": year, "kind": kind}
    series = Series.objects.select_for_update(no_key=True).filter(**wanted).first()
    if series is None:
        Series.objects.bulk_create([Series(**wanted)], ignore_conflicts=True)
        series = Series.objects.select_for_update(no_key=True).get(**wanted)
    return series


def _next(issuer: LegalEntity, kind: Kind, after: int) -> Iterator[Draft]:
    """Read after the lock: whoever held it before has marked what it did."""
    joined = ("order__event__venue", "order_refund", "corrects", "organizer__legal_entity")
    drafts = waiting(issuer).filter(kind=kind, pk__gt=after).select_related(*joined)
    yield from drafts.order_by("pk")[:BATCH]


def _write(
    draft: Draft, content: Content, issuer: LegalEntity, series: Series, *, at: datetime
) -> Invoice:
    """The number, and everything the document says."""
    series.last += 1
    series.last_at = max(at, series.last_at or at)
    series.save(update_fields=["last", "last_at"])
    net, tax = sum(i.net for i in content.items), sum(i.tax for i in content.items)
    form = Form.FULL
    if content.kind in OF_ORGANIZER:
        form = law.form_of(content.gross, issuer, content.recipient)
    invoice = Invoice.objects.create(
        draft=draft,
        series=series,
        sequence=series.last,
        number=_number(series, issuer),
        kind=content.kind,
        form=form,
        organizer_id=draft.organizer_id,
        order=draft.order,
        refers_to=content.refers_to,
        issuer=of_entity(issuer).stored(),
        recipient=content.recipient.stored(),
        language=content.language,
        currency=content.currency,
        net_minor=net,
        tax_minor=tax,
        gross_minor=net + tax,
        supplied_from=content.supplied[0],
        supplied_until=content.supplied[1],
        issued_at=series.last_at,
        issued_on=_day(issuer, series.last_at),
        payment=content.payment,
        notes=list(content.notes),
    )
    InvoiceLine.objects.bulk_create(_lines(invoice, content))
    publish("invoice.issued", about=invoice, at=at)
    return invoice


def _lines(invoice: Invoice, content: Content) -> Iterator[InvoiceLine]:
    for position, item in enumerate(content.items, start=1):
        yield InvoiceLine(
            invoice=invoice,
            position=position,
            order_line_id=item.order_line,
            event_id=item.event,
            account=item.account,
            text=item.text,
            detail=item.detail[:300],
            quantity=item.quantity,
            is_part=item.is_part,
            tax_rate=item.rate,
            category=item.category,
            net_minor=item.net,
            tax_minor=item.tax,
            gross_minor=item.gross,
            discount_minor=item.discount,
        )


def _number(series: Series, issuer: LegalEntity) -> str:
    parts = (issuer.prefix, PREFIXES[Kind(series.kind)], str(series.year), f"{series.last:05d}")
    return "-".join(filter(None, parts))


def _day(issuer: LegalEntity, at: datetime) -> date:
    """On the clock of the issuer's country: its year ends at its midnight."""
    return at.astimezone(countries.zone_of(issuer.country)).date()
