"""What door pages show and do."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import User
from apps.checkin.models import Entry
from apps.checkin.selectors import Counts, count, guests
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.tickets.states import TicketState
from tests.factories.door import make_gate, make_ticket, scanned, signed_in
from tests.factories.selling import make_event, make_quota, make_variant
from tests.factories.world import buy

pytestmark = pytest.mark.django_db


def test_counts(event: Event) -> None:
    gate, tickets = make_gate(event), [make_ticket(event) for _ in range(4)]
    Ticket.objects.filter(pk=tickets[3].pk).update(state=TicketState.REFUNDED)
    scanned(tickets[0], gate=gate)
    scanned(tickets[1])
    assert count(event) == Counts(inside=2, expected=3, by_gate={gate.pk: 1})


def test_an_entry_is_undone_once(phone: Client, event: Event) -> None:
    history = f"/door/{event.slug}/scans/"
    undo = f"/door/{event.slug}/entries/{scanned(make_ticket(event)).scan_id}/reversal/"
    assert undo in phone.get(history).content.decode()
    assert phone.post(undo, follow=True).redirect_chain == [(history, 302)]
    assert "undid this entry before" in phone.post(undo, follow=True).content.decode()
    assert count(event).inside == 0
    assert not Entry.objects.standing().exists()
    page = phone.get(history).content.decode()
    assert "Undone at" in page
    assert undo not in page


def test_another_events_entry_cannot_be_undone(phone: Client, event: Event) -> None:
    elsewhere = scanned(make_ticket(make_event(event.organizer, at=now())))
    undo = f"/door/{event.slug}/entries/{elsewhere.scan_id}/reversal/"
    assert phone.post(undo).status_code == 404
    assert Entry.objects.standing().count() == 1


def test_the_history_shows_refusals_and_can_show_nothing_else(phone: Client, event: Event) -> None:
    ticket = make_ticket(event)
    scanned(ticket)
    scanned(ticket, code="forged")
    everything = phone.get(f"/door/{event.slug}/scans/").content.decode()
    assert "Mira Sandberg" in everything
    assert "Not valid" in everything
    refused = phone.get(f"/door/{event.slug}/scans/?only=refused").content.decode()
    assert "Mira Sandberg" not in refused
    assert "Not valid" in refused


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sand", ["Mira Sandberg"]),
        ("müller", ["Jörg Müller"]),
        ("jorg mull", ["Jörg Müller"]),
        ("MIRA", ["Mira Sandberg"]),
        ("m", []),
        ("", []),
        ("nobody", []),
        ("%", []),
        ("nobody@example.org", []),
    ],
)
def test_guests_are_found_by_part_of_a_name_with_or_without_accents(
    event: Event, typed: str, found: list[str]
) -> None:
    for name in ("Mira Sandberg", "Jörg Müller"):
        make_ticket(event, name)
    make_ticket(make_event(event.organizer), "Mira Elsewhere")
    assert [ticket.holder_name for ticket in guests(event, typed)] == found


def test_guests_are_found_by_part_of_an_address(event: Event) -> None:
    variant = make_variant(event)
    make_quota(event, 2, variant)
    buy(event, variant, 1, at=now())
    ticket = Ticket.objects.get()
    for typed in ("ada@", "ADA@EXAMPLE", "@example.org", "ada@example.org"):
        assert guests(event, typed) == [ticket]
    assert guests(event, "lea@") == []


def test_guests_are_found_by_the_start_of_a_reference(event: Event) -> None:
    ticket = make_ticket(event)
    assert guests(event, ticket.spoken_reference[:6].lower()) == [ticket]


def test_blocking_and_releasing(event: Event, owner: User) -> None:
    ticket = make_ticket(event)
    client = signed_in(owner)
    blocked = f"/door/{event.slug}/blocked/"
    client.post(blocked, {"reference": ticket.spoken_reference, "reason": "stolen"})
    page = client.get(blocked).content.decode()
    assert "Mira Sandberg" in page
    assert "stolen" in page
    assert scanned(ticket).verdict == "blocked"
    client.post(f"{blocked}{ticket.reference}/release/")
    assert scanned(ticket).verdict == "admitted"


def test_what_a_dispute_blocked_is_told_in_the_readers_language(
    event: Event, owner: User, in_german: None
) -> None:
    block(make_ticket(event), reason="dispute", actor="system", at=now())
    page = signed_in(owner).get(f"/door/{event.slug}/blocked/", headers={"Accept-Language": "de"})
    told = page.content.decode()
    assert "die Bank der Käuferseite fordert die Zahlung zurück" in told
    assert "dispute" not in told


@pytest.mark.parametrize("reference", ["", "000000000000"])
def test_blocking_what_is_not_there_is_told_at_the_field(
    event: Event, owner: User, reference: str
) -> None:
    client = signed_in(owner)
    answer = client.post(f"/door/{event.slug}/blocked/", {"reference": reference, "reason": "x"})
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()


def test_a_blocked_ticket_cannot_be_blocked_again(event: Event, owner: User) -> None:
    ticket = make_ticket(event)
    block(ticket, reason="stolen", actor="user:1", at=now())
    client = signed_in(owner)
    body = {"reference": ticket.reference, "reason": "again"}
    assert client.post(f"/door/{event.slug}/blocked/", body).status_code == 422
