"""An organizer makes codes in the console: one, many, and ends them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.trail.models import MoneyAct, subject_of
from apps.vouchers.models import Code, CodeUse
from apps.vouchers.states import CodeState
from tests.factories.selling import make_event, make_member, make_organizer, make_user

pytestmark = pytest.mark.django_db
LIST = "/console/vouchers/code/"


def test_one_many_and_the_end_of_one() -> None:
    organizer = make_organizer()
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(make_member(organizer, Role.ADMIN))
    typed = {"organizer": organizer.pk, "kind": "percent", "percent": "10", "currency": "EUR"}

    client.post(f"{LIST}new/", typed | {"text": "Früh-Bucher", "budget": "3"})
    code = Code.objects.get()
    assert (code.text, code.percent, code.uses.count()) == ("FRUHBUCHER", 10, 3)
    again = client.post(f"{LIST}new/", typed | {"text": "fruhbucher"})
    assert "There is a code of this name" in again.content.decode()
    nothing = client.post(f"{LIST}new/", typed | {"text": "X", "percent": ""})
    assert "How much is off?" in nothing.content.decode()

    client.post(f"{LIST}batch/", typed | {"count": "20", "beginning": "press", "note": "Press"})
    batch = Code.objects.filter(note="Press")
    assert (batch.count(), CodeUse.objects.filter(code__in=batch).count()) == (20, 20)
    assert all(one.text.startswith("PRESS") and len(one.text) == 15 for one in batch)
    file = client.get(f"{LIST}csv/?q=Press").getvalue().decode()
    assert len(file.strip().splitlines()) == 21

    client.post(f"{LIST}new/", typed | {"text": "Door", "kind": "access", "percent": ""})
    page = client.get(f"{LIST}{Code.objects.get(text='DOOR').pk}/overview/").content.decode()
    assert "all that need a code" in page

    more = client.post(f"{LIST}batch/", typed | {"count": "2", "beginning": "crew"})
    assert more.headers["Location"] == f"{LIST}?q=crew"

    client.post(f"{LIST}{code.pk}/ending/", {"sure": "on"})
    code.refresh_from_db()
    assert (code.state, Code.objects.filter(state=CodeState.LIVE).count()) == (CodeState.ENDED, 23)


def test_who_made_and_ended_a_code_is_on_the_trail() -> None:
    organizer = make_organizer()
    lena = make_member(organizer, Role.ADMIN)
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(lena)
    typed = {"organizer": organizer.pk, "kind": "fixed", "amount": "5", "currency": "EUR"}
    client.post(f"{LIST}new/", typed | {"text": "five", "budget": "3", "note": "Press"})
    client.post(f"{LIST}batch/", typed | {"count": "2", "beginning": "crew"})
    five = Code.objects.get(text="FIVE")
    client.post(f"{LIST}{five.pk}/ending/", {"sure": "on"})
    client.post(f"{LIST}{five.pk}/ending/", {"sure": "on"})  # it has ended already

    assert set(MoneyAct.objects.values_list("actor", flat=True)) == {lena.actor}
    assert all(act.origin.startswith("console ") for act in MoneyAct.objects.all())
    of_five = MoneyAct.objects.about(five).order_by("pk")
    assert [(act.act, act.reason) for act in of_five] == [
        ("code.make", "kind: fixed; amount: €5.00; budget: 3; note: Press"),
        ("code.end", ""),
    ]
    batch = MoneyAct.objects.exclude(subject=subject_of(five))
    assert [act.reason for act in batch] == ["kind: fixed; amount: €5.00; budget: 1"] * 2

    client.force_login(make_user("olga@parterre.example", is_staff=True))
    page = client.get(f"/platform/vouchers/code/{five.pk}/overview/").content.decode()
    assert "Discount code made" in page
    assert "Discount code ended" in page


def test_a_window_is_typed_on_the_clock_of_the_place() -> None:
    organizer = make_organizer()
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(make_member(organizer, Role.ADMIN))
    typed = {"organizer": organizer.pk, "kind": "percent", "percent": "10", "currency": "EUR"}
    typed |= {"starts_at": "2031-06-01T20:00", "ends_at": "2031-06-02T00:00"}
    assert 'type="datetime-local"' in client.get(f"{LIST}new/").content.decode()

    client.post(f"{LIST}new/", typed | {"text": "nowhere"})
    coming = make_event(organizer, at=now())  # in Berlin
    client.post(f"{LIST}new/", typed | {"text": "all"})
    client.post(f"{LIST}new/", typed | {"text": "one", "event": coming.pk})
    hours = {code.text: code.starts_at.hour for code in Code.objects.all() if code.starts_at}
    assert hours == {"NOWHERE": 20, "ALL": 18, "ONE": 18}
    early = client.post(f"{LIST}new/", typed | {"text": "x", "ends_at": "2031-06-01T19:00"})
    assert "It ends after it starts." in early.content.decode()
    assert "2031-06-01T20:00" in early.content.decode()  # as it was typed
