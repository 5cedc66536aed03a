from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from apps.invoices.kinds import Form, Kind
from apps.invoices.models import Draft, Invoice, LegalEntity, Series
from apps.invoices.services import number
from apps.invoices.services.draft import draft_documents, draft_what_is_missing
from apps.invoices.services.number import number_waiting
from apps.invoices.services.save_legal import save_legal
from apps.invoices.subscribers import number as number_portion
from apps.orders.services.refund import refund_order
from apps.outbox.models import Message
from apps.trail.models import MoneyAct
from tests.factories.invoicing import (
    invoices_of,
    make_entity,
    make_platform,
    make_show,
    number_all,
    sell,
)
from tests.factories.selling import make_organizer, make_quota, make_variant
from tests.outbox_pump import deliver_all, undelivered

pytestmark = pytest.mark.django_db
FIRST = f"INV-{now().year}-00001"


def test_a_paid_order_gets_its_invoice_from_the_fact_that_it_was_sold() -> None:
    event, variant = make_show()
    make_entity(event.organizer)
    order = sell(variant, 2)

    deliver_all(at=now())

    assert undelivered() == []
    [invoice] = Invoice.objects.all()
    assert (invoice.number, invoice.order, invoice.organizer) == (FIRST, order, event.organizer)
    assert (invoice.gross_minor, invoice.net_minor, invoice.tax_minor) == (7600, 7103, 497)
    [line] = invoice.lines.all()
    assert (line.quantity, line.text, line.tax_rate) == (2, "Parkett", Decimal(7))
    assert invoice.form == Form.SMALL
    assert invoice.recipient == {"name": "Ada Byron", "email": "ada@example.org"}
    assert invoice.issuer["vat_id"] == "DE136695976"


def test_told_twice_it_is_one_invoice() -> None:
    event, variant = make_show()
    make_entity(event.organizer)
    order = sell(variant)
    assert [i.number for i in invoices_of(order)] == [FIRST]
    assert [i.number for i in invoices_of(order)] == [FIRST]
    assert Series.objects.get().last == 1


def test_nothing_is_numbered_before_the_issuer_is_known_and_nothing_is_lost() -> None:
    event, variant = make_show()
    first, second = sell(variant, 1), sell(variant, 2)
    assert invoices_of(first) == invoices_of(second) == []
    assert Draft.objects.filter(done_at=None).count() == 2

    entity = make_entity(event.organizer, city="")
    assert (entity.complete_at, number_waiting(entity, at=now())) == (None, 0)
    entity.city = "Hamburg"
    save_legal(entity, actor="user:1", at=now())
    save_legal(entity, actor="user:1", at=now())
    acts = MoneyAct.objects.about(entity).order_by("pk").values_list("act", "actor", "reason")
    assert list(acts)[1:] == [("legal_data.change", "user:1", "city")]  # and once
    deliver_all(at=now())

    told = Invoice.objects.order_by("sequence").values_list("sequence", "order")
    assert list(told) == [(1, first.pk), (2, second.pk)]


def test_an_order_of_nothing_gets_none() -> None:
    event, _variant = make_show()
    make_entity(event.organizer)
    free = make_variant(event, "Freikarte", price_minor=0)
    order = sell(make_show(event.organizer)[1])
    assert free.price_minor == 0
    order.total_minor = 0
    draft_documents(order, at=now())
    assert Draft.objects.count() == 0


def test_what_was_sold_before_there_were_invoices_is_made_up_for_in_the_order_of_the_sales() -> (
    None
):
    event, variant = make_show()
    make_entity(event.organizer)
    orders = [sell(variant, 1), sell(variant, 1)]
    assert draft_what_is_missing(at=now()) == 2
    assert draft_what_is_missing(at=now()) == 0
    assert list(Draft.objects.order_by("pk").values_list("order", flat=True)) == [
        order.pk for order in orders
    ]


def test_a_refund_whose_fact_was_lost_gets_its_credit_note_in_the_night() -> None:
    event, variant = make_show()
    issuer = make_entity(event.organizer)
    order = sell(variant, 2)
    deliver_all(at=now())
    refund_order(order, actor="user:1", reason="ill", at=now())
    assert Draft.objects.count() == 1  # nobody delivers the fact

    assert draft_what_is_missing(at=now()) == 1
    assert draft_what_is_missing(at=now()) == 0
    assert number_waiting(issuer, at=now()) == 1
    assert list(Invoice.objects.order_by("pk").values_list("kind", "gross_minor")) == [
        (Kind.INVOICE, 7600),
        (Kind.CREDIT_NOTE, 7600),
    ]


def test_what_is_too_early_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole batch of credit notes waits for invoices that nobody has drafted yet."""
    event, variant = make_show()
    issuer = make_entity(event.organizer)
    orders = [sell(variant, 1) for _ in range(3)]
    for order in orders:
        refund_order(order, actor="user:1", reason="ill", at=now())
    for order in orders[:2]:
        decided = order.refunds.get()
        Draft.objects.create(
            key=f"refund:{decided.pk}",
            kind=Kind.CREDIT_NOTE,
            organizer=event.organizer,
            order=order,
            order_refund=decided,
            created_at=now(),
        )
    draft_documents(orders[2], at=now())
    monkeypatch.setattr(number, "BATCH", 2)

    assert number_all(issuer) == 2
    told = Invoice.objects.order_by("pk").values_list("kind", "order")
    assert list(told) == [(Kind.INVOICE, orders[2].pk), (Kind.CREDIT_NOTE, orders[2].pk)]

    assert draft_what_is_missing(at=now()) == 2
    assert number_all(issuer) == 4
    assert not Draft.objects.filter(done_at=None).exists()


def test_much_that_waits_is_numbered_in_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """When an issuer completes its data years of sales may wait: no worker is at it past its lease."""
    event, variant = make_show()
    orders = [sell(variant, 1) for _ in range(5)]
    for order in orders:
        draft_documents(order, at=now())
    refund_order(orders[0], actor="user:1", reason="ill", at=now())
    draft_documents(orders[0], at=now())
    monkeypatch.setattr(number, "BATCH", 2)
    issuer = make_entity(event.organizer)
    portions = Message.objects.filter(topic="invoices.waiting").order_by("pk")

    assert number_waiting(issuer, at=now()) == 2
    [behind] = portions
    assert behind.payload["kind"] == Kind.INVOICE
    sold_now = sell(variant, 1)
    deliver_all(at=now())  # every fact of the sales too

    assert not Draft.objects.filter(done_at=None).exists()
    told = Invoice.objects.order_by("pk").values_list("kind", "sequence", "order")
    invoices = [*orders, sold_now]
    assert list(told.filter(kind=Kind.INVOICE)) == [
        (Kind.INVOICE, n, order.pk) for n, order in enumerate(invoices, start=1)
    ]
    assert list(told.filter(kind=Kind.CREDIT_NOTE)) == [(Kind.CREDIT_NOTE, 1, orders[0].pk)]


def test_a_portion_that_runs_twice_numbers_nothing_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    event, variant = make_show()
    for _ in range(4):
        draft_documents(sell(variant, 1), at=now())
    monkeypatch.setattr(number, "BATCH", 2)
    issuer = make_entity(event.organizer)
    number_waiting(issuer, at=now())
    behind = Message.objects.get(topic="invoices.waiting")
    for _ in range(2):  # its worker died after the numbers, before "done"
        number_portion(behind, at=now())
    assert list(Invoice.objects.values_list("sequence", flat=True)) == [1, 2, 3, 4]


def test_years_end_on_the_issuers_clock_and_each_begins_with_one() -> None:
    event, variant = make_show()
    entity = make_entity(event.organizer)
    for order in (sell(variant), sell(variant)):
        draft_documents(order, at=now())
    _first, second = Draft.objects.order_by("pk")
    Draft.objects.filter(pk=second.pk).update(done_at=now())
    number_waiting(entity, at=datetime(2026, 12, 31, 22, 59, tzinfo=UTC))
    Draft.objects.filter(pk=second.pk).update(done_at=None)
    number_waiting(entity, at=datetime(2026, 12, 31, 23, 0, tzinfo=UTC))
    told = list(Invoice.objects.order_by("pk").values_list("number", "issued_on"))
    assert told == [
        ("INV-2026-00001", date(2026, 12, 31)),
        ("INV-2027-00001", date(2027, 1, 1)),
    ]


def test_a_number_is_gone_with_the_transaction_that_took_it() -> None:
    event, variant = make_show()
    entity = make_entity(event.organizer)
    draft_documents(sell(variant), at=now())
    with transaction.atomic():
        assert number_waiting(entity, at=now()) == 1
        transaction.set_rollback(True)
    assert (Invoice.objects.count(), Series.objects.count()) == (0, 0)
    number_waiting(entity, at=now())
    assert Invoice.objects.get().number == FIRST


def test_the_database_itself_lets_no_number_be_left_out_and_nothing_be_changed() -> None:
    event, variant = make_show()
    make_entity(event.organizer)
    [invoice] = invoices_of(sell(variant))
    draft_documents(sell(variant), at=now())
    other = Draft.objects.get(done_at=None)
    values = {
        f.attname: getattr(invoice, f.attname) for f in Invoice._meta.fields if f.name != "id"
    }
    with pytest.raises(DatabaseError, match="3 does not follow 1"), transaction.atomic():
        Invoice.objects.create(**(values | {"sequence": 3, "draft_id": other.pk}))
    for change in (
        lambda: Invoice.objects.update(gross_minor=1, net_minor=1, tax_minor=0),
        lambda: invoice.lines.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_each_organizer_and_kind_counts_alone() -> None:
    numbers = []
    for prefix in ("", "LB"):
        event, variant = make_show(make_organizer())
        make_entity(event.organizer, prefix=prefix)
        order = sell(variant)
        refund_order(order, actor="user:1", reason="ill", at=now())
        numbers += [invoice.number for invoice in invoices_of(order)]
    year = now().year
    assert numbers == [
        f"INV-{year}-00001", f"CN-{year}-00001", f"LB-INV-{year}-00001", f"LB-CN-{year}-00001",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("country", "gross", "form"),
    [
        ("DE", 25000, Form.SMALL), ("DE", 25001, Form.RECEIPT),
        ("AT", 40000, Form.SMALL), ("AT", 40001, Form.RECEIPT),
        ("FR", 10000, Form.SMALL), ("FR", 10001, Form.RECEIPT),
    ],
)  # fmt: skip
def test_how_much_needs_no_recipient(country: str, gross: int, form: Form) -> None:
    event, _variant = make_show()
    make_entity(event.organizer, country=country)
    variant = make_variant(event, "Loge", price_minor=gross)
    make_quota(event, 5, variant, name="boxes")
    [invoice] = invoices_of(sell(variant, 1))
    assert invoice.form == form


def test_a_small_business_shows_no_tax_and_says_why() -> None:
    event, variant = make_show()
    make_entity(event.organizer, vat_id="", tax_number="48/123/45678", small_business=True)
    [invoice] = invoices_of(sell(variant, 1))
    assert (invoice.net_minor, invoice.tax_minor, invoice.gross_minor) == (3800, 0, 3800)
    assert invoice.notes == ["No VAT is charged: small business under § 19 UStG."]


def test_the_platform_has_one_row() -> None:
    make_platform()
    with pytest.raises(DatabaseError), transaction.atomic():
        LegalEntity.objects.create(organizer=None)
    assert Message.objects.filter(topic="legal_data.changed").count() == 1
