"""Large exports: made by a worker, once and whole, taken by who may, and gone after a week."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer, User
from apps.accounts.roles import Role
from apps.exports import files, take
from apps.exports.models import Download, Export, ExportFile, FilePart
from apps.exports.services import make as making
from apps.exports.services.expire import expire
from apps.exports.services.make import LEASE, TRIES_MAX, Busy, make
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.outbox.models import Delivery, DeliveryState
from tests.exports.test_taking import NEW, ask, signed_in
from tests.factories.selling import (
    make_event,
    make_member,
    make_organizer,
    make_quota,
    make_user,
    make_variant,
)
from tests.factories.world import buy
from tests.outbox_pump import deliver_all, undelivered
from tests.racing import run_at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def all_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(take, "ROWS_AT_ONCE", 0)
    monkeypatch.setattr(files, "PIECE", 60)  # bytes: many parts


@pytest.fixture
def organizer() -> Organizer:
    return make_organizer()


@pytest.fixture
def owner(organizer: Organizer) -> User:
    return make_member(organizer, Role.OWNER)


@pytest.fixture
def order(organizer: Organizer) -> Order:
    event = make_event(organizer, at=now())
    variant = make_variant(event)
    make_quota(event, 5, variant)
    return buy(event, variant, 1, at=now())[0]


def asked(organizer: Organizer, user: User, **fields: Any) -> ExportFile:
    """A request that a worker has not heard of yet."""
    answer = ask(signed_in(user), organizer=organizer.pk, **fields)
    file = ExportFile.objects.latest("pk")
    assert answer.headers["Location"] == f"/console/exports/export/{file.export_id}/overview/"
    return file


def work() -> None:
    """Twice: what a worker says at its end is later than when it began."""
    for _ in range(2):
        deliver_all(at=now())


def body(client: Client, file: ExportFile) -> bytes:
    answer: Any = client.get(f"/console/exports/export/{file.export_id}/file/")
    assert answer.status_code == 200, answer.headers
    whole = b"".join(answer.streaming_content)
    assert int(answer.headers["Content-Length"]) == len(whole)
    return whole


def test_a_worker_makes_it_and_its_asker_is_told(
    organizer: Organizer, owner: User, order: Order
) -> None:
    file = asked(organizer, owner)
    client = signed_in(owner)
    page = f"/console/exports/export/{file.export_id}/overview/"
    assert "Waits for a worker" in client.get(page).content.decode()
    early = client.get(f"/console/exports/export/{file.export_id}/file/")
    assert early.headers["Location"] == page
    assert not Download.objects.exists()

    work()
    file.refresh_from_db()
    whole = body(client, file)
    _head, row = whole.decode().strip().split("\r\n")
    assert row.startswith(f"{order.reference},Zwölf Celli im Trockendock,Paid,")
    assert (file.state, file.rows, file.size) == ("ready", 1, len(whole))
    assert file.sha256 == hashlib.sha256(whole).hexdigest()
    assert file.parts.count() == 2
    assert Download.objects.get().actor == f"user:{owner.pk}"
    mail = Mail.objects.get(kind="export_ready")
    assert (mail.to, mail.state) == (owner.email, "sent")
    assert "1 row, " in client.get(page).content.decode()
    assert undelivered() == []


def test_nobody_else_opens_it_also_with_its_address(
    organizer: Organizer, owner: User, order: Order
) -> None:
    file = asked(organizer, owner, kind="postings")
    work()
    url = f"/console/exports/export/{file.export_id}/file/"
    assert Client().get(url).status_code == 302  # to sign in
    assert signed_in(make_member(organizer, Role.ADMIN)).get(url).status_code == 403
    assert (
        signed_in(make_member(make_organizer("Schallhof"), Role.OWNER)).get(url).status_code == 404
    )
    client = signed_in(owner)
    assert client.get(url).status_code == 200
    organizer.memberships.filter(user=owner).delete()
    assert client.get(url).status_code in {302, 403}  # asked again each time
    assert Download.objects.count() == 1


def test_told_twice_it_is_made_once(organizer: Organizer, owner: User, order: Order) -> None:
    file = asked(organizer, owner)
    make(file.pk, at=now())
    parts = list(FilePart.objects.values_list("pk", flat=True))
    make(file.pk, at=now())
    work()
    file.refresh_from_db()
    assert (file.state, file.attempt) == ("ready", 1)
    assert list(FilePart.objects.values_list("pk", flat=True)) == parts
    assert Mail.objects.filter(kind="export_ready").count() == 1


class Killed(BaseException):
    """The worker is gone in the middle of it."""


def test_a_killed_worker_leaves_no_half_file(
    organizer: Organizer, owner: User, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, at = asked(organizer, owner), now()
    whole_pieces = files.pieces

    def half(*args: Any) -> Iterator[bytes]:
        yield next(whole_pieces(*args))
        raise Killed

    monkeypatch.setattr(making, "pieces", half)
    with pytest.raises(Killed):
        make(file.pk, at=at)
    monkeypatch.setattr(making, "pieces", whole_pieces)
    url = f"/console/exports/export/{file.export_id}/file/"
    assert FilePart.objects.count() == 1
    assert signed_in(owner).get(url).status_code == 302

    with pytest.raises(Busy):  # it might only be slow
        make(file.pk, at=at + timedelta(seconds=30))
    make(file.pk, at=at + LEASE + timedelta(seconds=1))
    file.refresh_from_db()
    assert (file.state, file.attempt) == ("ready", 2)
    assert set(FilePart.objects.values_list("attempt", flat=True)) == {2}
    assert len(body(signed_in(owner), file)) == file.size


def test_who_was_silent_too_long_spoils_nothing(
    organizer: Organizer, owner: User, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers at once: the later one has it, and the first notices."""
    file, at = asked(organizer, owner), now()
    whole_pieces = files.pieces

    def slow(*args: Any) -> Iterator[bytes]:
        monkeypatch.setattr(making, "pieces", whole_pieces)
        for number, piece in enumerate(whole_pieces(*args)):
            if number == 1:
                make(file.pk, at=at + timedelta(hours=1))  # the other one, in the meantime
            yield b"SLOW" + piece

    monkeypatch.setattr(making, "pieces", slow)
    make(file.pk, at=at)
    file.refresh_from_db()
    assert (file.state, file.attempt) == ("ready", 2)
    assert b"SLOW" not in body(signed_in(owner), file)
    assert Delivery.objects.filter(message__topic="export.ready").count() == 1


def test_what_kills_every_worker_fails_in_sight(
    organizer: Organizer, owner: User, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, at = asked(organizer, owner), now()

    def killing(*_args: Any) -> Iterator[bytes]:
        raise Killed

    monkeypatch.setattr(making, "pieces", killing)
    for number in range(TRIES_MAX):
        with pytest.raises(Killed):
            make(file.pk, at=at + number * timedelta(hours=1))
    make(file.pk, at=at + timedelta(hours=9))
    file.refresh_from_db()
    assert (file.state, file.attempt) == ("failed", TRIES_MAX)
    deliver_all(at=at + timedelta(hours=10))
    assert Mail.objects.get(kind="export_failed").to == owner.email
    page = signed_in(owner).get(f"/console/exports/export/{file.export_id}/overview/")
    assert "Try fewer days" in page.content.decode()


def test_after_a_week_it_is_gone_and_the_record_stays(
    organizer: Organizer, owner: User, order: Order
) -> None:
    file = asked(organizer, owner)
    work()
    file.refresh_from_db()
    client = signed_in(owner)
    body(client, file)
    assert file.expires_at
    assert expire(at=file.expires_at - timedelta(seconds=1)) == 0
    assert expire(at=file.expires_at) == 1
    assert expire(at=file.expires_at) == 0
    file.refresh_from_db()
    assert (file.state, FilePart.objects.count(), Download.objects.count()) == ("expired", 0, 1)
    url = f"/console/exports/export/{file.export_id}/file/"
    assert client.get(url).status_code == 302
    for change in (Download.objects.all().delete, lambda: Download.objects.update(actor="user:0")):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()
    # The same again is another file.
    again = client.post(f"/console/exports/export/{file.export_id}/overview/")
    assert again.status_code == 302
    assert Export.objects.count() == 2


def test_between_its_end_and_the_cleaning_it_is_over_too(
    organizer: Organizer, owner: User, order: Order
) -> None:
    file = asked(organizer, owner)
    work()
    ExportFile.objects.update(expires_at=now() - timedelta(seconds=1))
    client = signed_in(owner)
    page = f"/console/exports/export/{file.export_id}/overview/"
    late = client.get(f"/console/exports/export/{file.export_id}/file/")
    assert (late.status_code, late.headers["Location"]) == (302, page)
    shown = client.get(page).content.decode()
    assert "It was kept for seven days. The same can be made again." in shown
    assert '<button class="button main" type="submit">Make it again</button>' in shown
    assert ">Download</a>" not in shown
    assert "Deleted after its time" in client.get("/console/exports/export/").content.decode()
    file.refresh_from_db()
    assert (file.state, FilePart.objects.count(), Download.objects.count()) == ("ready", 2, 0)


def test_an_operator_is_sent_to_the_operators_site(order: Order) -> None:
    operator = make_user(is_staff=True)
    ask(signed_in(operator), NEW.replace("console", "platform"), kind="postings")
    work()
    mail = Mail.objects.get(kind="export_ready")
    assert (mail.to, mail.context) == (operator.email, {"site": "platform"})


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_file(organizer: Organizer, owner: User, order: Order) -> None:
    file = asked(organizer, owner)

    def guarded(_number: int) -> None:
        make(file.pk, at=now())

    def guardless(number: int) -> None:
        """As it was if parts had no try in them: each writes the first part of the same file."""
        FilePart.objects.create(file=file, attempt=9, number=0, data=b"%d" % number)

    refused = run_at_once(2, guardless)
    assert len([r for r in refused if isinstance(r, DatabaseError)]) == 1
    FilePart.objects.all().delete()
    results = run_at_once(2, guarded)
    assert all(r is None or isinstance(r, Busy) for r in results)
    file.refresh_from_db()
    assert (file.state, file.attempt) == ("ready", 1)
    whole = b"".join(bytes(p.data) for p in file.parts.order_by("number"))
    assert hashlib.sha256(whole).hexdigest() == file.sha256
    ready = Delivery.objects.filter(message__topic="export.ready", state=DeliveryState.PENDING)
    assert ready.count() == 1
