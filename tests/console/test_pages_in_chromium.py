"""Each page of both desks, in a browser: axe finds nothing serious, it fits, it has its one heading."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.accounts.roles import Role
from tests.console.both_worlds import Everything, make_everything
from tests.console.test_matrix import MINE, pages_of
from tests.factories.door import signed_in
from tests.factories.selling import make_member
from tests.german import german
from tests.phones import OpenPhone, SignIn, scrolls_sideways, serious

pytestmark = [pytest.mark.long, pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOTS = os.environ.get("SHOTS")
WIDTHS = (360, 1280)


@pytest.fixture
def ours() -> Iterator[Everything]:
    with german():
        yield make_everything("OURS")


@pytest.fixture
def everywhere(ours: Everything) -> User:
    """Owner of the organizer and operator in one."""
    user = make_member(ours.organizer, Role.OWNER, email="lena@lichtbogen.example")
    user.is_staff = True
    user.save()
    return user


def paths(name: str, ours: Everything) -> Iterator[str]:
    """A page that stands on both sites is looked at on the organizers'."""
    yield f"/{name}/"
    shown = set(pages_of(MINE["console"])) if name == "platform" else set()
    for model, page, pattern in pages_of(MINE[name]):
        if model and (model, page, pattern) not in shown:
            pk = str(ours.rows[model].pk)
            yield f"/{name}/" + pattern.replace("<int:pk>", pk).replace("<path:object_id>", pk)


def pages(name: str, ours: Everything, client: Client) -> Iterator[str]:
    """Not what is a file, leads elsewhere, or only takes a POST."""
    for path in paths(name, ours):
        answer = client.get(path)
        if answer.status_code == 200 and "html" in answer["Content-Type"] and "live" not in path:
            yield path


def wrong(page: Page, path: str) -> Iterator[str]:
    """The frame is the same everywhere: axe looks at it once, on the first page of a desk."""
    page.goto(path)
    yield from serious(page, within="#content" if path.strip("/").count("/") else None)
    if not page.title():
        yield "no title"
    if (heads := page.locator("h1:visible").count()) != 1:
        yield f"{heads} headings of the first order"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if SHOTS:
            name = path.strip("/").replace("/", "-")
            page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
        if scrolls_sideways(page):
            yield f"scrolls sideways at {width}"


@pytest.mark.parametrize(("name", "scheme"), [("console", "light"), ("platform", "dark")])
def test_every_page_can_be_read_and_fits(
    open_phone: OpenPhone,
    sign_in: SignIn,
    ours: Everything,
    everywhere: User,
    name: str,
    scheme: Literal["light", "dark"],
) -> None:
    page = open_phone(language="de")
    page.emulate_media(color_scheme=scheme)
    sign_in(page, everywhere)
    found = {}
    for path in pages(name, ours, signed_in(everywhere)):
        if faults := list(wrong(page, path)):
            found[path] = faults
    assert found == {}


def test_filters_open_and_close_by_keyboard(
    open_phone: OpenPhone, sign_in: SignIn, everywhere: User
) -> None:
    page = open_phone(language="de")
    sign_in(page, everywhere)
    page.goto("/console/orders/order/")
    page.focus("#searchbar")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Filter")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#changelist-filter")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#changelist-filter")).to_be_hidden()
