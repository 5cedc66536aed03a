"""Setting up a door on a phone and at a desk: readable, operable by keyboard, in German."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.checkin.models import Device, DeviceFlag, Flaw
from apps.checkin.pins import appoint
from apps.checkin.services.heartbeat import Health, hear
from apps.events.models import Event
from tests.factories.door import make_device, make_gate
from tests.factories.selling import make_variant
from tests.phones import OpenPhone, SignIn, scrolls_sideways, serious

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ("setup/", "settings/", "gates/", "slots/", "supervisors/", "devices/", "pairings/")
WIDTHS = (360, 768, 1280)


@pytest.fixture
def phone_in_use(event: Event) -> Device:
    make_gate(event, "Künstlereingang Norderwerftstraße")
    make_variant(event, "Stehplatz ermäßigt mit Ausweis", access_level="floor")
    appoint(event.organizer, name="Ida Vogt", pin="123456", at=now())
    device, _key = make_device(event, "Handy am Nordtor von Selin")
    hear(device, Health(queue=12, data_at=now(), battery=9), at=now() - timedelta(hours=1))
    DeviceFlag.objects.create(device=device, flaw=Flaw.BROKEN_CHAIN, seq=3, at=now())
    return device


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_fits_and_axe_finds_nothing(
    open_phone: OpenPhone,
    sign_in: SignIn,
    event: Event,
    owner: User,
    phone_in_use: Device,
    language: str,
) -> None:
    page = open_phone(language=language)
    sign_in(page, owner)
    for path in (*PAGES, f"devices/{phone_in_use.pk}/", f"gates/{event.gates.get().pk}/"):
        page.goto(f"/door/{event.slug}/{path}")
        assert page.locator("html").get_attribute("lang") == language
        assert serious(page) == [], path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert not scrolls_sideways(page), (path, width)


def test_a_phone_is_paired_by_keyboard_alone(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User
) -> None:
    page = open_phone()
    sign_in(page, owner)
    page.goto(f"/door/{event.slug}/pairings/")
    page.focus("#id_name")
    page.keyboard.type("North 1")
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    code = page.input_value("#link").partition("#")[2]
    expect(page.locator("#short-code")).to_have_text(f"{code[:4]}-{code[4:]}")
    assert (serious(page), scrolls_sideways(page)) == ([], False)


def test_the_list_of_phones_renews_itself(
    open_phone: OpenPhone, sign_in: SignIn, event: Event, owner: User
) -> None:
    page = open_phone()
    sign_in(page, owner)
    page.goto(f"/door/{event.slug}/devices/")
    device, _key = make_device(event, "Just paired")
    expect(page.locator("#phones")).to_contain_text("Just paired", timeout=20_000)
    assert device.name in page.content()
