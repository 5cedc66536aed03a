"""The trail of acts on money, as operators read it."""

from __future__ import annotations

import ast
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils.timezone import now

from apps.accounts.models import Organizer, User
from apps.console.act_words import ACTS as ACT_WORDS
from apps.console.named import actor_name
from apps.trail.models import MoneyAct, subject_of
from apps.trail.sealing import seal
from tests.console.test_stock import save
from tests.factories.selling import make_event, make_user, make_variant

pytestmark = pytest.mark.django_db

APPS = Path(__file__).resolve().parents[2] / "apps"
ACTS = "/platform/trail/moneyact/"


def agree(operator: Client, organizer: Organizer, days: int) -> None:
    url = f"/platform/accounts/organizer/{organizer.pk}/agreement/"
    typed = {"release_days": str(days), "payout_reserve_minor": "0"}
    typed |= {"payout_reserve_percent": "0", "payout_minimum_minor": "0"}
    operator.post(url, typed, REMOTE_ADDR="203.0.113.7")


def test_changed_money_settings_say_what_who_and_from_where(
    operator: Client, organizer: Organizer
) -> None:
    agree(operator, organizer, 7)
    agree(operator, organizer, 7)  # nothing changes, nothing is on record
    act = MoneyAct.objects.about(organizer).get()
    olga = User.objects.get(email="olga@parterre.example")
    assert (act.act, act.actor) == ("agreement.change", olga.actor)
    assert act.reason == "release_days: 3 -> 7"
    assert act.origin.startswith("platform ")
    shown = operator.get(f"{ACTS}{act.pk}/overview/").content.decode()
    assert "release_days: 3 -&gt; 7" in shown
    assert f"/platform/accounts/organizer/{organizer.pk}/overview/" in shown
    assert "olga@parterre.example" in shown


def test_what_tickets_cost_and_how_they_come_back_is_on_the_trail(
    desk: Client, owner: User, organizer: Organizer
) -> None:
    at = datetime(2031, 3, 21, 20, tzinfo=ZoneInfo("Europe/Berlin"))  # as its form has it
    event = make_event(organizer, starts_at=at, ends_at=at + timedelta(hours=2, minutes=30))
    parkett = make_variant(event)
    make_variant(event, "Rang")
    for _ in range(2):  # the second time nothing changes
        save(desk, event, **{"variants-0-price": "40.00", "variants-0-refund_hours": "24"})
    act = MoneyAct.objects.get()
    assert (act.act, act.actor) == ("variant.money", owner.actor)
    assert act.subject == subject_of(parkett)
    assert act.origin.startswith("console ")
    assert act.reason == "Parkett: price: 38.00 -> 40.00; refund_hours: None -> 24"

    same = {"variants-0-price": "40.00", "variants-0-refund_hours": "24"}
    save(desk, event, buyers_bear_fee="on", **same)
    act = MoneyAct.objects.about(event).get()
    assert (act.act, act.reason) == ("event.money", "buyers_bear_fee: False -> True")
    assert MoneyAct.objects.count() == 2


def test_the_list_is_filtered_and_its_file_too(operator: Client, organizer: Organizer) -> None:
    agree(operator, organizer, 7)
    agree(operator, organizer, 9)
    assert "agreement.change" in operator.get(f"{ACTS}?act=agreement.change").content.decode()
    found = f"{ACTS}csv/?q=accounts.organizer:{organizer.pk}"
    text = b"".join(operator.get(found)).decode()
    assert text.count("agreement.change") == 2
    none = b"".join(operator.get(f"{ACTS}csv/?act=payout.approve")).decode()
    assert "agreement.change" not in none


def test_the_list_names_people_and_things(operator: Client, organizer: Organizer) -> None:
    agree(operator, organizer, 7)
    shown = operator.get(ACTS).content.decode()
    assert "Agreement changed</a>" in shown
    assert f"Organizer {organizer.name}" in shown
    assert "user:" not in shown


def test_an_organizer_reads_the_names_of_its_own_team_only(
    organizer: Organizer, owner: User
) -> None:
    operator = make_user("olga@parterre.example", is_staff=True, name="Olga Platz")
    ada = make_user("ada@example.org", name="Ada Byron")
    request = RequestFactory().get("/console/")
    request.user, request.resolver_match = owner, resolve("/console/")
    names = [actor_name(request, user.actor) for user in (owner, operator, ada)]
    assert names == ["Lena Bogen", "Parterre", "The buyer"]
    request = RequestFactory().get("/platform/")
    request.user, request.resolver_match = operator, resolve("/platform/")
    told = [actor_name(request, who) for who in (ada.actor, "system", "provider:paypal", "demo")]
    assert told == ["Ada Byron", "by itself", "PayPal", "demo"]


def test_every_act_has_words() -> None:
    acts = {
        call.args[0].value
        for path in APPS.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "record"
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(acts) > 15
    assert acts - set(ACT_WORDS) == set()


def test_seals_are_shown(operator: Client, organizer: Organizer) -> None:
    agree(operator, organizer, 7)
    made = seal(at=now())
    assert made
    assert made.digest in operator.get(f"{ACTS}seals/").content.decode()


@pytest.mark.parametrize("page", ["add", "1/delete"])
def test_nothing_of_it_can_be_changed(operator: Client, page: str) -> None:
    assert operator.post(f"{ACTS}{page}/").status_code in {403, 404}
