"""The platform's fee of a month: from the books, once, to the cent."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils.timezone import now
from lxml.etree import fromstring
from pypdf import PdfReader

from apps.accounts.fees import Band
from apps.accounts.models import Organizer
from apps.accounts.roles import Role
from apps.core.money import Money, total
from apps.invoices.kinds import Category, Kind
from apps.invoices.models import Draft, Invoice, LegalEntity, VatCheck
from apps.invoices.papers import paper_of
from apps.invoices.services.bill_fees import bill_fees, month_before
from apps.invoices.services.number import number_waiting
from apps.ledger import balances
from apps.ledger.chart import PLATFORM_FEE
from apps.notifications.models import Mail
from apps.orders.services.refund import refund_order
from tests.factories.invoicing import make_entity, make_platform, make_show, sell, take_back
from tests.factories.selling import make_fees, make_member, make_organizer
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db
THIS_MONTH = date.today().replace(day=1)  # noqa: DTZ011 - the books' clock is the machine's
LATER = now() + timedelta(days=45)


@pytest.fixture
def organizer() -> Organizer:
    organizer = make_organizer()
    make_entity(organizer, name="Lichtbogen GmbH")
    return organizer


def billed(platform: LegalEntity, month: date = THIS_MONTH, at: datetime = LATER) -> list[Invoice]:
    bill_fees(platform, month, at=at)
    number_waiting(platform, at=at)
    fees = (Kind.FEE_INVOICE, Kind.FEE_CREDIT)
    return list(Invoice.objects.filter(kind__in=fees, draft__month=month).order_by("pk"))


def test_fees_less_those_given_back_add_up_to_the_ledger_line_by_line(organizer: Organizer) -> None:
    first, cheap = make_show(organizer, title="Erstes Konzert")
    second, other = make_show(organizer, title="Zweites Konzert")
    sell(cheap, 2), sell(cheap, 1)
    back = sell(cheap, 2)
    refund_order(back, actor="user:1", reason="ill", at=now())
    take_back(sell(other, 3), 1)

    [invoice] = billed(make_platform())

    told = [(line.event, line.gross_minor) for line in invoice.lines.order_by("position")]
    assert told == [(first, 760), (first, -380), (second, 570), (second, -190)] or set(told) == {
        (first, 950), (first, -380), (second, 570), (second, -190)
    }  # fmt: skip
    kept = -balances.balance(PLATFORM_FEE, "EUR")
    assert invoice.gross == kept == Money(950, "EUR")
    assert total((line.gross for line in invoice.lines.all()), "EUR") == kept
    assert (invoice.net_minor, invoice.tax_minor) == (798, 152)
    assert (invoice.supplied_from, invoice.recipient["name"]) == (THIS_MONTH, "Lichtbogen GmbH")


def test_run_twice_it_is_one_and_what_came_late_is_on_the_next(organizer: Organizer) -> None:
    platform = make_platform()
    _event, variant = make_show(organizer)
    sell(variant, 1)
    assert len(billed(platform)) == len(billed(platform)) == 1
    assert bill_fees(platform, THIS_MONTH, at=LATER) == 0

    late = sell(variant, 2)  # its posting is of the month that was billed already
    following = (THIS_MONTH + timedelta(days=32)).replace(day=1)
    assert late.fee_minor == 380
    backdated = LATER.replace(day=1, hour=1) - timedelta(days=5)
    sold = sell(variant, 1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE ledger_posting SET at = %s WHERE subject = %s", [backdated, sold.subject]
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    [second] = billed(platform, following, LATER + timedelta(days=31))
    assert second.gross_minor == 380 + 190
    assert Invoice.objects.filter(kind=Kind.FEE_INVOICE).count() == 2


def test_a_month_of_giving_back_is_a_credit(organizer: Organizer) -> None:
    platform = make_platform()
    _event, variant = make_show(organizer)
    order = sell(variant, 2)
    billed(platform)
    refund_order(order, actor="user:1", reason="ill", at=now())
    following = (THIS_MONTH + timedelta(days=32)).replace(day=1)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE ledger_posting SET at = at + interval '31 days' WHERE kind = 'refund_requested'"
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    [credit] = billed(platform, following, LATER + timedelta(days=31))
    assert (credit.kind, credit.number[:4], credit.gross_minor) == (Kind.FEE_CREDIT, "FCN-", 380)


def test_nothing_is_billed_before_the_month_is_over(organizer: Organizer) -> None:
    with pytest.raises(ValueError, match="is not over"):
        bill_fees(make_platform(), THIS_MONTH, at=now())
    platform = LegalEntity.objects.get(organizer=None)
    newyear = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # in Berlin it is 2027 already
    assert month_before(newyear, platform) == date(2026, 12, 1)


def test_it_waits_for_the_organizers_address() -> None:
    platform = make_platform()
    organizer = make_organizer()
    sell(make_show(organizer)[1], 1)
    assert billed(platform) == []
    assert Draft.objects.filter(done_at=None, kind=Kind.FEE_INVOICE).count() == 1
    make_entity(organizer)
    assert [invoice.gross_minor for invoice in billed(platform)] == [190]


TAXED, REVERSED, NONE = Category.STANDARD, Category.REVERSE_CHARGE, Category.EXEMPT


@pytest.mark.parametrize(
    ("theirs", "ours", "category", "tax"),
    [
        ({}, {}, TAXED, 61),
        ({"country": "AT", "vat_id": "ATU13585627"}, {}, REVERSED, 0),
        ({"country": "AT", "vat_id": "", "tax_number": "12 345/6789"}, {}, TAXED, 61),
        ({"country": "CH", "vat_id": "", "tax_number": "CHE-1"}, {}, TAXED, 61),
        ({"country": "AT", "vat_id": "ATU13585627"}, {"small_business": True}, NONE, 0),
        ({}, {"tax_rate": Decimal("7.7")}, TAXED, 27),
    ],
)
def test_whose_vat_it_is(
    theirs: dict[str, Any], ours: dict[str, Any], category: Category, tax: int
) -> None:
    platform = make_platform(**ours)
    organizer = make_organizer()
    make_entity(organizer, **theirs)
    sell(make_show(organizer)[1], 2)
    [invoice] = billed(platform)
    assert (invoice.lines.get().category, invoice.tax_minor, invoice.gross_minor) == (
        category, tax, 380,
    )  # fmt: skip
    paper = paper_of(invoice, at=now())
    if category == REVERSED:
        assert "Steuerschuldnerschaft" in paper.xml or "Reverse charge" in paper.xml
        assert fromstring(paper.xml.encode()) is not None


def test_a_vat_id_that_vies_refuses_reverses_nothing() -> None:
    platform, organizer = make_platform(), make_organizer()
    make_entity(organizer, country="AT", vat_id="ATU13585627")
    VatCheck.objects.create(vat_id="ATU13585627", answer=VatCheck.Answer.INVALID, at=now())
    VatCheck.objects.create(vat_id="ATU13585627", answer=VatCheck.Answer.UNREACHABLE, at=now())
    sell(make_show(organizer)[1], 2)
    [invoice] = billed(platform)
    assert (invoice.lines.get().category, invoice.tax_minor) == (TAXED, 61)


def test_owners_get_it_by_mail_with_its_data_inside(organizer: Organizer) -> None:
    make_member(organizer, Role.OWNER, email="lena@lichtbogen.example")
    make_member(organizer, Role.ADMIN, email="admin@lichtbogen.example")
    sell(make_show(organizer)[1], 2)
    [invoice] = billed(make_platform())
    deliver_all(at=now() + timedelta(days=46))
    told = Mail.objects.filter(kind="fees_billed")
    assert [mail.to for mail in told] == ["lena@lichtbogen.example"]
    paper = paper_of(invoice, at=now())
    assert list(PdfReader(io.BytesIO(paper.pdf)).attachments) == ["factur-x.xml"]


def test_what_the_provider_kept_is_told_apart_when_the_organizer_bears_it(
    organizer: Organizer,
) -> None:
    make_fees(organizer, Band(Decimal(5)), at=now() - timedelta(hours=1), passes_provider_fee=True)
    order = sell(make_show(organizer)[1], 2)
    assert order.passes_provider_fee
    [invoice] = billed(make_platform())
    told = invoice.lines.order_by("position").values_list("account", "detail", "gross_minor")
    assert list(told) == [
        ("platform", "Gebühr für 1 Bestellung", 380),
        ("provider", "Gebühren der Zahlungsanbieter", 37),
    ]
    assert len(billed(LegalEntity.objects.get(organizer=None))) == 1
