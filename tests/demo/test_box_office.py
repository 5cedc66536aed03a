from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from apps.checkin.models import Device
from apps.demo.cast import SHOWS


@pytest.mark.django_db
def test_a_browser_becomes_a_phone_that_sells() -> None:
    call_command("demo_data")
    client = Client(headers={"sec-fetch-site": "same-origin", "Accept-Language": "en"})
    assert "Open the box office" in client.get("/demo/").content.decode()
    answer = client.post(f"/demo/box-office/{SHOWS[0].slug}/", follow=True)
    assert answer.redirect_chain == [(f"/door/{SHOWS[0].slug}/box-office/", 302)]
    assert "Count the cash you begin with" in answer.content.decode()
    assert Device.objects.get().box_office
    assert client.post("/demo/box-office/nothing/").status_code == 404
