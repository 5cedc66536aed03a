"""The statement as a file: it says what the page says, and adds up to the ledger line by line."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from apps.accounts.models import PayoutMethod
from apps.core import csv_stream
from apps.core.money import total
from apps.events.models import Event
from apps.ledger import chart
from apps.ledger import selectors as ledger_selectors
from apps.ledger.selectors import movements
from apps.payouts.models import Payout
from apps.payouts.services.approve import approve
from apps.payouts.services.propose import propose
from apps.payouts.services.send import send
from apps.payouts.statement import statement
from apps.payouts.statement_csv import head, rows
from apps.payouts.statement_pdf import statement_pdf
from tests.factories.bank import Bank
from tests.factories.paying_out import refund, sell_released
from tests.factories.selling import NOON

pytestmark = pytest.mark.django_db


def pay_out(payee: PayoutMethod) -> Payout:
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    approve(payout, actor="user:1", at=NOON)
    return send(payout, at=NOON)


def as_table(payout: Payout) -> list[dict[str, str]]:
    body = b"".join(csv_stream.response("x", head(), rows(payout)))
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


@pytest.fixture
def second(event: Event, payee: PayoutMethod, bank: Bank) -> Payout:
    """After one that was paid: a sale, a refund of an older sale, something kept back."""
    event.organizer.payout_reserve_minor = 300
    event.organizer.save()
    old = sell_released(event, 2000)
    pay_out(payee)
    sell_released(event, 400_000)
    refund(old, 500, fee_back=25)
    return pay_out(payee)


def test_each_entry_is_a_row_and_the_rows_are_the_payout(second: Payout) -> None:
    table = as_table(second)
    assert [(row["What"], row["Amount"]) for row in table] == [
        ("Carried forward", "19.00"),
        ("Earlier payout", "-16.00"),
        ("Sale", "3800.00"),
        ("Refund", "-4.75"),
        ("Kept back", "-3.00"),
    ]
    assert sum(Decimal(row["Amount"]) for row in table) == second.amount.major
    moved = movements(
        chart.available(second.organizer_id, "paypal"),
        "EUR",
        after=second.after_entry,
        up_to=second.up_to_entry,
    )
    assert [-m.amount.major for m in moved] == [Decimal(row["Amount"]) for row in table[1:-1]]
    sale = table[2]
    assert (sale["Event"], sale["Buyer paid"]) == ("Zwölf Celli im Trockendock", "4000.00")
    assert {row["Payout"] for row in table} == {second.reference}


def test_rows_are_read_in_chunks_of_any_size(
    second: Payout, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = as_table(second)
    monkeypatch.setattr(ledger_selectors, "CHUNK", 1)
    assert as_table(second) == whole


def test_paper_says_the_same_in_both_languages(second: Payout) -> None:
    paper = statement(second)
    shown = [str(line.amount) for line in (*paper.sales, *paper.refunds)]
    text = _text(statement_pdf(paper))
    for words in (second.reference, "Zwölf Celli", "€3,795.25", "Kept back", "-€3.00", *shown):
        assert words in text
    sold = paper.sales[0].at.astimezone(paper.sales[0].order.event.zone)
    assert f"{sold.day} {sold:%b %Y}" in text
    with override("de"):
        german = _text(statement_pdf(paper))
    assert f"{sold:%d.%m.%Y}" in german
    assert "3.795,25 €" in german
    assert "Einbehalten" in german or "einbehalten" in german
    assert total((line.amount for line in paper.sales), "EUR").minor == 380_000


def test_a_day_is_whole_on_paper_and_that_of_the_event(event: Event, payee: PayoutMethod) -> None:
    """The widest day there is; in UTC it was still the one before."""
    Event.objects.update(timezone="Europe/Berlin")
    order = sell_released(event, 1000)
    payout = propose(payee, "EUR", at=NOON)
    assert payout
    paper = statement(payout)
    [sale] = paper.sales
    late = replace(sale, at=datetime(2026, 11, 19, 23, 30, tzinfo=UTC))
    text = _text(statement_pdf(replace(paper, sales=(late,))))
    assert (order.reference in text, "20 Nov 2026" in text, "…" in text) == (True, True, False)


def test_many_lines_go_over_many_pages(event: Event, payee: PayoutMethod, bank: Bank) -> None:
    orders = [sell_released(event, 1000) for _ in range(120)]
    reader = PdfReader(io.BytesIO(statement_pdf(statement(pay_out(payee)))))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) == 4
    assert all(f"{n} / 4" in page for n, page in enumerate(pages, 1))
    assert all("Buyer paid" in page for page in pages)
    whole = "".join(pages)
    assert all(order.reference in whole for order in orders)


def _text(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "\n".join(page.extract_text() for page in pages).replace("\u00a0", " ")
