"""An owner names the accountant's numbers; what is left as usual follows its chart."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import Organizer
from apps.accounts.roles import Role
from apps.exports.datev.books import bookkeeping_of, books_of
from apps.exports.datev.standard import Revenue
from apps.exports.models import Bookkeeping
from apps.trail.models import MoneyAct
from tests.factories.bookkeeping import make_bookkeeping
from tests.factories.door import signed_in
from tests.factories.selling import make_member, make_organizer

pytestmark = pytest.mark.django_db

PAGE = "/console/exports/export/bookkeeping/"


@pytest.fixture
def organizer() -> Organizer:
    return make_organizer()


@pytest.fixture
def client(organizer: Organizer) -> Client:
    return signed_in(make_member(organizer, Role.OWNER))


def save(client: Client, organizer: Organizer, **fields: Any) -> str:
    """The page as it answers; nothing when it was saved."""
    form = {"consultant": 29098, "client": 55003, "chart": "03", "account_length": 4}
    answer = client.post(f"{PAGE}?organizer={organizer.pk}", form | {"year_begins": 1} | fields)
    return "" if answer.status_code == 302 else answer.content.decode()


def test_what_is_empty_is_as_usual(client: Client, organizer: Organizer) -> None:
    assert save(client, organizer, fees_key="9", transit="1361") == ""
    numbers = Bookkeeping.objects.get()
    assert (numbers.platform, numbers.cash, numbers.transit) == ("1500", "1000", "1361")
    assert books_of(organizer).revenue[Decimal("7.00")] == Revenue("8300")
    act = MoneyAct.objects.get()
    assert (act.act, act.subject) == ("bookkeeping.change", f"exports.bookkeeping:{numbers.pk}")


def test_another_chart_takes_what_was_usual_with_it(client: Client, organizer: Organizer) -> None:
    numbers = make_bookkeeping(organizer, transit="1361")
    typed = {name: getattr(numbers, name) for name in ("platform", "cash", "fees")}
    typed |= {"transit": "136100", "revenue": "19;8400\r\n7;8300\r\n0;8100"}
    assert save(client, organizer, **typed, chart="04", account_length=6) == ""
    numbers = bookkeeping_of(organizer)
    assert (numbers.platform, numbers.fees, numbers.transit) == ("130000", "677000", "136100")
    assert books_of(organizer).revenue[Decimal("19.00")] == Revenue("440000")


def test_rates_are_typed_line_by_line(client: Client, organizer: Organizer) -> None:
    assert save(client, organizer, revenue="13 %;8310;2;8785\n\n7,00;8300\n0; 8100") == ""
    assert books_of(organizer).revenue == {
        Decimal("13.00"): Revenue("8310", "2", "8785"),
        Decimal("7.00"): Revenue("8300"),
        Decimal("0.00"): Revenue("8100"),
    }


def test_mistakes_are_said_and_what_was_typed_stays(client: Client, organizer: Organizer) -> None:
    lines = "seven;8300\n7;83000\n7;8300\n19;8400;12345\n19;8400;1;2;3"
    page = save(client, organizer, cash="100", revenue=lines, consultant=7)
    for said in (
        "100 has not 4 digits.",
        "“seven;8300” is not understood.",
        "83000 has not 4 digits.",
        "7.00 % is there twice.",
        "“19;8400;12345” is not understood.",
        "“19;8400;1;2;3” is not understood.",
        "greater than or equal to 1001",
    ):
        assert said in page
    assert "seven;8300\n7;83000" in page
    assert not Bookkeeping.objects.exists()


def test_of_another_organizer_it_is_not(client: Client, organizer: Organizer) -> None:
    other = make_organizer("Schallhof")
    assert client.get(f"{PAGE}?organizer={other.pk}").status_code == 403
    assert client.post(f"{PAGE}?organizer={other.pk}", {"consultant": 1}).status_code == 403
