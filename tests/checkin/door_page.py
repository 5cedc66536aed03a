"""What stories of the door page do on it."""

from __future__ import annotations

import io

from django.utils.timezone import now
from PIL import Image
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.checkin.models import Pairing, Scan
from apps.checkin.services.pair import offer
from apps.events.models import Event


def pairing_code(event: Event, user: User, name: str = "Selin's phone", **fields: object) -> str:
    return offer(Pairing(event=event, name=name, **fields), user=user, at=now())


def open_door(page: Page, code: str) -> None:
    """By the link of a pairing; the tickets are on the phone afterwards, and the page works without us."""
    page.goto(f"/door/#{code}")
    expect(page.locator("#net")).to_have_text("Online")
    assert code not in page.url
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def open_with_pin(page: Page, code: str) -> None:
    """Where a PIN is asked for at the start: 123456."""
    page.goto(f"/door/#{code}")
    expect(page.locator("#unlock-title")).to_have_text("Choose a PIN")
    page.fill("#start-pin", "123456")
    page.keyboard.press("Enter")
    expect(page.locator("#net")).to_have_text("Online")
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def nothing() -> bytes:
    """A picture without a code."""
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (120, 120, 120)).save(out, "PNG")
    return out.getvalue()


def verdicts() -> list[str]:
    return list(Scan.objects.order_by("pk").values_list("verdict", flat=True))


def expect_verdict(page: Page, kind: str, word: str) -> None:
    expect(page.locator(f"#verdict[data-is={kind}]")).to_be_visible()
    expect(page.locator("#verdict h2")).to_have_text(word)


def go_on(page: Page) -> None:
    page.click("#verdict [data-next]")
    expect(page.locator("#verdict")).to_be_hidden()


def typed(page: Page, text: str) -> None:
    page.click("[data-opens=type]")
    page.fill("#code", text)
    page.keyboard.press("Enter")


def scanned(page: Page, code: str) -> None:
    """As a scanner types that is a keyboard to the browser."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def uploaded(page: Page) -> None:
    expect(page.locator("#net")).to_have_text("Online", timeout=20_000)
    expect(page.locator("#queue")).to_have_text("0 to upload")
