"""An organizer makes codes in the console: one, many, and ends them."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.roles import Role
from apps.vouchers.models import Code, CodeUse
from apps.vouchers.states import CodeState
from tests.factories.selling import make_member, make_organizer

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
