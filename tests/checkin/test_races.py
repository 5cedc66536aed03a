"""Twenty phones, one ticket. Each race has a control that shows the bug without its guard."""

from __future__ import annotations

import dataclasses
import time
import uuid
from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from apps.checkin import invariants
from apps.checkin.models import Entry, LogHead, Scan
from apps.checkin.services.log import _locked
from apps.checkin.services.look import Attempt
from apps.checkin.services.pair import revoke
from apps.checkin.services.scan import Answer, scan
from apps.core.invariants import offenders
from apps.tickets.models import Ticket
from tests.factories.door import make_attempt, make_device, make_ticket
from tests.factories.selling import NOON, make_event, make_organizer
from tests.racing import run_at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
PHONES = 20


def race() -> Counter[str]:
    attempt = make_attempt(make_ticket())
    answers = run_at_once(PHONES, lambda number: scan(own_scan(attempt, number), at=NOON))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    return Counter(answer.verdict for answer in answers if isinstance(answer, Answer))


def own_scan(attempt: Attempt, number: int) -> Attempt:
    return dataclasses.replace(attempt, scan_id=uuid.uuid4(), device_name=f"phone {number}")


def broken() -> list[str]:
    return [row for check in invariants.CHECKS for row in offenders(check)]


def test_twenty_scans_of_one_ticket_admit_once() -> None:
    assert race() == {"admitted": 1, "already_used": PHONES - 1}
    assert (Entry.objects.count(), Scan.objects.count()) == (1, PHONES)
    assert broken() == []


@pytest.fixture
def no_unique_index() -> Iterator[None]:
    run("DROP INDEX entry_once")
    yield
    Entry.objects.all().delete()
    run(
        "CREATE UNIQUE INDEX entry_once ON checkin_entry (ticket_id, turn)"
        " WHERE standing = 'regular' AND undone_at IS NULL"
    )


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def take_after_a_look(entry: Entry) -> bool:
    """The guard as it is often written: look, then act."""
    if Entry.objects.standing().filter(ticket=entry.ticket).exists():
        return False
    time.sleep(0.02)  # what a busy server puts between the two
    entry.save()
    return True


def without_a_lock(reference: str) -> Ticket | None:
    return Ticket.objects.select_related("variant").filter(reference=reference).first()


def test_control_without_index_and_lock_several_are_admitted(
    no_unique_index: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Entry, "take_alone", take_after_a_look)
    monkeypatch.setattr("apps.checkin.services.look._locked", without_a_lock)
    assert race()["admitted"] > 1
    assert any("is inside" in row for row in broken())


def test_revoking_waits_for_no_upload() -> None:
    """Nor does a phone's hello: whoever merges a long log holds the log and not the phone."""
    device, _secret = make_device(make_event(make_organizer()))
    with transaction.atomic():
        LogHead.objects.create(device=device)
        _locked(device)
        (done,) = run_at_once(1, lambda _number: revoke(device, actor="user:7", at=NOON))
    assert done is None
    device.refresh_from_db()
    assert device.revoked_at == NOON


def test_one_scan_sent_twenty_times_is_one_scan() -> None:
    """A phone that hears nothing sends again; every copy gets the first answer."""
    attempt = make_attempt(make_ticket())
    answers = run_at_once(PHONES, lambda _number: scan(attempt, at=NOON))
    assert len(set(answers)) == 1
    assert isinstance(answers[0], Answer)
    assert answers[0].verdict == "admitted"
    assert (Entry.objects.count(), Scan.objects.count()) == (1, 1)
    assert broken() == []
