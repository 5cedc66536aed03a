"""What goes back, and what is written to another recipient: documents that refer to an invoice."""

from __future__ import annotations

import pytest
from django.utils.timezone import now

from apps.invoices.kinds import Form, Kind
from apps.invoices.models import Invoice
from apps.invoices.services.correct import NothingLeft, bill_to
from apps.invoices.services.draft import draft_documents
from apps.orders.billing import Billing
from apps.orders.services.refund import refund_order
from apps.trail.models import MoneyAct
from tests.factories.invoicing import (
    invoices_of,
    make_entity,
    make_show,
    sell,
    take_back,
    take_off,
)
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db
ACME = Billing("Acme GmbH", "Ring 5", "1010", "Wien", "AT", "ATU13585627")


def test_the_whole_of_it_given_back_is_a_credit_note_over_the_same() -> None:
    event, variant = make_show()
    make_entity(event.organizer)
    order = sell(variant, 2)
    refund_order(order, actor="user:1", reason="ill", at=now())

    deliver_all(at=now())

    invoice, credit = Invoice.objects.order_by("pk")
    assert (credit.kind, credit.number) == (Kind.CREDIT_NOTE, f"CN-{now().year}-00001")
    assert (credit.refers_to, credit.gross_minor, credit.tax_minor) == (invoice, 7600, 497)


def test_parts_given_back_add_up_to_the_invoice_with_their_tax() -> None:
    event, variant = make_show()
    make_entity(event.organizer)
    order = sell(variant, 2)
    for amount in (1000, 333, 6267):
        take_off(order, amount)
    found = invoices_of(order)
    assert [i.gross_minor for i in found] == [7600, 1000, 333, 6267]
    assert [i.tax_minor for i in found] == [497, 65, 22, 410]
    assert 65 + 22 + 410 == 497


def test_single_tickets_and_amounts_are_said_apart_and_the_rest_can_still_be_corrected() -> None:
    event, variant = make_show()
    make_entity(event.organizer)
    order = sell(variant, 3)
    take_back(order, 1)
    take_off(order, 500)
    _invoice, ticket, amount = invoices_of(order)
    told = [(c.lines.get().quantity, c.lines.get().text, c.gross_minor) for c in (ticket, amount)]
    assert told == [(1, "Parkett", 3800), (1, "Part of the price: Parkett", 500)]

    bill_to(order, ACME, actor="browser:1", at=now())
    *_before, cancelled, anew = sorted(invoices_of(order), key=lambda i: (i.pk, i.kind))[-5:]
    assert {cancelled.gross_minor, anew.gross_minor} == {7100}
    assert anew.lines.get().quantity == cancelled.lines.get().quantity == 2
    assert sum(i.tax_minor * (-1 if i.is_credit else 1) for i in invoices_of(order)) == (
        anew.tax_minor
    )


def test_a_refund_told_before_its_sale_waits_for_nothing_and_comes_second() -> None:
    event, variant = make_show()
    make_entity(event.organizer)
    order = sell(variant)
    refund_order(order, actor="user:1", reason="ill", at=now())
    kinds = [invoice.kind for invoice in invoices_of(order)]
    assert kinds == [Kind.INVOICE, Kind.CREDIT_NOTE]


def test_another_recipient_cancels_and_writes_anew() -> None:
    event, variant = make_show()
    make_entity(event.organizer)
    order = sell(variant)
    [first] = invoices_of(order)

    bill_to(order, ACME, actor="browser:1", at=now())
    deliver_all(at=now())

    _first, *later = Invoice.objects.order_by("pk")
    new, cancellation = sorted(later, key=lambda invoice: invoice.kind, reverse=True)
    assert (cancellation.kind, cancellation.refers_to) == (Kind.CREDIT_NOTE, first)
    assert (cancellation.gross_minor, new.gross_minor) == (7600, 7600)
    assert cancellation.recipient == first.recipient
    assert (new.recipient["name"], new.recipient["vat_id"]) == ("Acme GmbH", "ATU13585627")
    assert (new.form, new.number) == (Form.FULL, f"INV-{now().year}-00002")

    bill_to(order, ACME, actor="browser:1", at=now())  # the same again changes nothing
    acts = MoneyAct.objects.filter(act="invoice.correct").values_list("subject", "actor")
    assert list(acts) == [(f"invoices.invoice:{first.pk}", "browser:1")]
    deliver_all(at=now())
    assert Invoice.objects.count() == 3

    refund_order(order, actor="user:1", reason="ill", at=now())
    deliver_all(at=now())
    last = Invoice.objects.order_by("pk").last()
    assert last is not None
    assert (last.refers_to, last.gross_minor) == (new, 7600)
    with pytest.raises(NothingLeft):
        bill_to(order, Billing(), actor="browser:1", at=now())


def test_before_there_is_a_number_the_recipient_is_just_written_down() -> None:
    event, variant = make_show()
    order = sell(variant)
    draft_documents(order, at=now())
    bill_to(order, ACME, actor="browser:1", at=now())
    make_entity(event.organizer)
    deliver_all(at=now())
    [invoice] = Invoice.objects.all()
    assert invoice.recipient["name"] == "Acme GmbH"
