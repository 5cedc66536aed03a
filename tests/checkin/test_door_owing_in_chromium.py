"""A phone owes nobody its log, whatever it becomes."""

from __future__ import annotations

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.checkin.models import Device, DeviceFlag, Entry, LogEntry
from apps.events.models import Event
from tests.checkin.door_page import (
    expect_verdict,
    go_on,
    open_door,
    pairing_code,
    typed,
    uploaded,
)
from tests.factories.door import make_ticket
from tests.factories.selling import make_event
from tests.phones import Handset, OpenPhone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_paired_for_another_event_it_brings_what_it_still_owes_the_first(
    handset: Handset, event: Event, owner: User
) -> None:
    ticket, tomorrow = make_ticket(event), make_event(event.organizer, at=now(), title="Tomorrow")
    make_ticket(tomorrow)
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.context.route("**/checkin/log", lambda route: route.abort())
    page.context.set_offline(True)
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    page.context.set_offline(False)
    page.goto(f"/door/#{pairing_code(tomorrow, owner)}")
    expect(page.locator("#title")).to_have_text(tomorrow.title)
    expect(page.locator("#queue")).not_to_have_text("0 to upload")
    assert not Entry.objects.exists()
    page.context.unroute("**/checkin/log")
    uploaded(page)
    assert Entry.objects.get().ticket == ticket
    assert LogEntry.objects.filter(kind="scan").count() == 1
    assert not DeviceFlag.objects.exists()


def test_when_the_event_is_over_it_still_brings_what_it_owes_the_one_before(
    handset: Handset, event: Event, owner: User
) -> None:
    ticket, tomorrow = make_ticket(event), make_event(event.organizer, at=now(), title="Tomorrow")
    page = handset.start()
    open_door(page, pairing_code(event, owner))
    page.context.route("**/checkin/log", lambda route: route.abort())
    page.context.set_offline(True)
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    page.context.set_offline(False)
    page.goto(f"/door/#{pairing_code(tomorrow, owner)}")
    expect(page.locator("#title")).to_have_text(tomorrow.title)
    later = f"{{ const real = Date.now; Date.now = () => real() + {40 * 86_400_000}; }}"
    page.add_init_script(later)
    page.reload()
    expect(page.locator("#message-title")).to_have_text("The event is over")
    expect(page.locator("#message-text")).to_contain_text(
        "To upload: 2."
    )  # its start, and the scan
    assert not Entry.objects.exists()
    page.context.unroute("**/checkin/log")
    expect(page.locator("#message-text")).to_contain_text("To upload: 0.", timeout=20_000)
    assert Entry.objects.get().ticket == ticket


def test_leaving_a_door_brings_the_log_and_drops_the_list(
    open_phone: OpenPhone, event: Event, owner: User
) -> None:
    ticket = make_ticket(event)
    page = open_phone()
    open_door(page, pairing_code(event, owner))
    typed(page, ticket.reference)
    expect_verdict(page, "yes", "Come in")
    go_on(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.click("[data-opens=more]")
    page.get_by_role("button", name="Leave this door").click()
    expect(page.locator("h1:visible")).to_have_text("Pair this phone")
    stored = page.evaluate(
        """async () => {
            const { readAll, everything } = await import("/static/js/door/store.js");
            return (await readAll("buckets", everything)).length;
        }"""
    )
    assert (stored, Device.objects.get().revoked_at is None) == (0, False)
    assert LogEntry.objects.filter(kind="scan", quarantined=False).count() == 1
