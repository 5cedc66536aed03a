"""From the account to its entries, to the posting, to what it comes from, and back."""

from __future__ import annotations

import ast
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from apps.console.book_words import KINDS
from apps.console.selectors import ledger
from apps.console.selectors.ledger import Wanted, newer_than, older_than
from apps.core.money import Money
from apps.ledger import chart, recipes
from apps.ledger.checkpoints import write_checkpoints
from apps.ledger.close import close_books
from apps.ledger.models import LedgerAccount, Posting
from apps.ledger.post import post
from apps.orders.models import Order
from tests.console.both_worlds import make_everything
from tests.factories.selling import make_organizer

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
RECIPES = Path(recipes.__file__).parent


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def sell(number: int, organizer: int = 7) -> None:
    draft = recipes.sale(organizer, "stripe", f"order:{number}", eur(1000), eur(50))
    with transaction.atomic():
        post(draft, subject=f"orders.order:{number}", at=NOON + number * DAY)


def give_back(number: int) -> None:
    draft = recipes.refund_confirmed("stripe", f"refund:{number}", eur(400))
    with transaction.atomic():
        post(draft, subject=f"orders.order:{number}", at=NOON + number * DAY)


@pytest.fixture(params=["open", "closed", "closed often"])
def clearing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> LedgerAccount:
    """Seven sales on seven days and two refunds; pages of two. What is closed changes no answer."""
    monkeypatch.setattr(ledger, "PAGE", 2)
    for number in range(7):
        sell(number, organizer=8 if number == 3 else 7)
        if number in {2, 5}:
            give_back(number)
        if request.param == "closed often":
            close_books(at=NOON, tail_min=1)
            write_checkpoints(at=NOON, tail_min=1)
    if request.param == "closed":
        close_books(at=NOON)
    return LedgerAccount.objects.get(code="clearing:stripe")


def through(account: LedgerAccount, wanted: Wanted) -> list[list[tuple[str, int, int]]]:
    """All its pages: subject, amount and what stood on the account."""
    pages, page = [], older_than(account, wanted, None)
    while True:
        pages.append([
            (row.entry.posting.subject[13:], row.entry.amount_minor, row.balance.minor)
            for row in page.rows
        ])  # fmt: skip
        if page.older is None:
            return pages
        page = older_than(account, wanted, page.older)


ALL = [
    [("6", 1000, 6200), ("5", -400, 5200)],
    [("5", 1000, 5600), ("4", 1000, 4600)],
    [("3", 1000, 3600), ("2", -400, 2600)],
    [("2", 1000, 3000), ("1", 1000, 2000)],
    [("0", 1000, 1000)],
]


def test_an_account_is_read_page_by_page_with_its_running_balance(clearing: LedgerAccount) -> None:
    assert through(clearing, Wanted()) == ALL
    second = older_than(clearing, Wanted(), older_than(clearing, Wanted(), None).older)
    assert second.newer is not None
    back = newer_than(clearing, Wanted(), second.newer)
    assert [row.entry.amount_minor for row in back.rows] == [1000, -400]
    assert (back.newer, back.older) == (None, back.rows[-1].entry.pk)


@pytest.mark.parametrize(
    ("wanted", "pages"),
    [
        (Wanted(kind="refund_confirmed"), [[ALL[0][1], ALL[2][1]]]),
        (Wanted(kind="release"), [[]]),
        (Wanted(first=NOON.date() + 5 * DAY), [ALL[0], [ALL[1][0]]]),
        (Wanted(last=NOON.date() + DAY), [[ALL[3][1], ALL[4][0]]]),
        (Wanted(first=NOON.date() + 4 * DAY, last=NOON.date() + 4 * DAY), [[ALL[1][1]]]),
        (Wanted(organizer=8), [[ALL[2][0]]]),
        (Wanted(organizer=7, kind="sale", last=NOON.date() + 2 * DAY), [ALL[3], ALL[4]]),
        (Wanted(reference="orders.order:2"), [[ALL[2][1], ALL[3][0]]]),
        (Wanted(reference="orders.order:2", kind="sale"), [[ALL[3][0]]]),
        (Wanted(reference="nobody's"), [[]]),
    ],
)
def test_it_is_narrowed_and_the_balance_stays_the_accounts(
    clearing: LedgerAccount, wanted: Wanted, pages: list[list[tuple[str, int, int]]]
) -> None:
    assert through(clearing, wanted) == pages


def test_from_the_account_to_the_source_and_back(operator: Client) -> None:
    world = make_everything("OURS")
    order = Order.objects.get(pk=world.rows["orders.order"].pk)
    payout = world.rows["payouts.payout"]
    posting = Posting.objects.get(key=f"sale:order:{order.pk}")
    entry = posting.entries.get(account__code__startswith="clearing:")
    account = operator.get(
        f"/platform/ledger/ledgeraccount/{entry.account_id}/overview/",
        {"reference": order.reference, "kind": "sale"},
    ).content.decode()
    there = f"/platform/ledger/posting/{posting.pk}/overview/"
    assert f'<a href="{there}">Sale</a>' in account
    assert "No entry is like that." not in account
    shown = operator.get(there).content.decode()
    source = f"/platform/orders/order/{order.pk}/overview/"
    assert f'<a href="{source}">Order {order.reference}</a>' in shown
    assert there in operator.get(source).content.decode()
    paid_out = operator.get(f"/platform/payouts/payout/{payout.pk}/overview/").content.decode()
    assert "In the books" in paid_out


def test_what_cannot_be_read_is_said_and_kept(operator: Client) -> None:
    sell(1)
    account = LedgerAccount.objects.get(code="clearing:stripe")
    page = operator.get(
        f"/platform/ledger/ledgeraccount/{account.pk}/overview/",
        {"first": "2027-05-09", "last": "2027-05-01", "before": "x"},
    ).content.decode()
    assert "The last day is before the first." in page
    assert 'value="2027-05-09"' in page
    assert "€10.00" in page


def test_the_trial_balance_of_a_day_and_as_a_file(operator: Client) -> None:
    organizer = make_organizer()
    sell(1, organizer=organizer.pk)
    sell(2, organizer=organizer.pk)
    url = "/platform/ledger/ledgeraccount/trial-balance/"
    page = operator.get(url, {"day": "2027-05-02"}).content.decode()
    assert f"{organizer.name}: pending at Stripe" in page
    assert "The books balance." in page
    assert "€20.00" not in page
    assert "Nothing is booked yet." in operator.get(url, {"day": "2027-05-01"}).content.decode()
    answer = operator.get(f"{url}csv/", {"day": "2027-05-03"})
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert rows[1:] == [
        ["clearing:stripe", "Held at Stripe", "EUR", "20.00", ""],
        ["fee:platform", "Platform fees", "EUR", "", "1.00"],
        [
            str(chart.pending(organizer.pk, "stripe")),
            f"{organizer.name}: pending at Stripe",
            "EUR",
            "",
            "19.00",
        ],
    ]


def test_every_recipe_has_words() -> None:
    kinds = {
        call.args[0].value
        for path in RECIPES.glob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "draft"
        and isinstance(call.args[0], ast.Constant)
    }
    assert kinds == set(KINDS)
