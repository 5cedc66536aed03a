"""The trail of acts on money, as operators read it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer, User
from apps.trail.models import MoneyAct
from apps.trail.sealing import seal

pytestmark = pytest.mark.django_db

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


def test_the_list_is_filtered_and_its_file_too(operator: Client, organizer: Organizer) -> None:
    agree(operator, organizer, 7)
    agree(operator, organizer, 9)
    assert "agreement.change" in operator.get(f"{ACTS}?act=agreement.change").content.decode()
    found = f"{ACTS}csv/?q=accounts.organizer:{organizer.pk}"
    text = b"".join(operator.get(found)).decode()
    assert text.count("agreement.change") == 2
    none = b"".join(operator.get(f"{ACTS}csv/?act=payout.approve")).decode()
    assert "agreement.change" not in none


def test_seals_are_shown(operator: Client, organizer: Organizer) -> None:
    agree(operator, organizer, 7)
    made = seal(at=now())
    assert made
    assert made.digest in operator.get(f"{ACTS}seals/").content.decode()


@pytest.mark.parametrize("page", ["add", "1/delete"])
def test_nothing_of_it_can_be_changed(operator: Client, page: str) -> None:
    assert operator.post(f"{ACTS}{page}/").status_code in {403, 404}
