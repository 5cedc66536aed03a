"""Exports that come by mail: once for each period, on the organizer's clock, to who is still in the team."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.utils.timezone import now

from apps.accounts.models import Membership, Organizer, User
from apps.accounts.roles import Role
from apps.accounts.states import OrganizerState
from apps.events.models import Event
from apps.exports.kinds import KINDS
from apps.exports.models import Export, ExportFile, ExportSchedule, Form
from apps.exports.scope import Scope
from apps.exports.services.make import make
from apps.exports.services.request import request_file
from apps.exports.services.run_schedules import run_schedules
from apps.exports.services.schedule import NewSchedule, start, stop
from apps.exports.wanted import Wanted
from apps.notifications.models import Mail
from tests.exports.test_taking import signed_in
from tests.factories.selling import make_event, make_member, make_organizer
from tests.outbox_pump import deliver_all
from tests.racing import run_at_once

pytestmark = pytest.mark.django_db

MARCH = datetime(2026, 3, 10, 12, tzinfo=UTC)
# Five in the morning of 1 April in Berlin, where it is summer already.
DUE = datetime(2026, 4, 1, 3, tzinfo=UTC)


@pytest.fixture
def organizer() -> Organizer:
    return make_organizer()


@pytest.fixture
def event(organizer: Organizer) -> Event:
    return make_event(organizer, at=MARCH)


@pytest.fixture
def lena(organizer: Organizer) -> User:
    return make_member(organizer, Role.OWNER, email="lena@example.org")


@pytest.fixture
def schedule(organizer: Organizer, event: Event, lena: User) -> ExportSchedule:
    return agreed(organizer)


def agreed(organizer: Organizer, kind: str = "orders", every: str = "month") -> ExportSchedule:
    members = Membership.objects.filter(organizer=organizer)
    new = NewSchedule(organizer, None, KINDS[kind], Form.CSV, every, members)
    return start(new, actor="user:1", at=MARCH)


def periods() -> list[tuple[date, date]]:
    return list(Export.objects.order_by("pk").values_list("first", "last"))


def mailed() -> list[str]:
    return sorted(Mail.objects.filter(kind="export_ready").values_list("to", flat=True))


def test_a_month_comes_once_and_on_the_organizers_clock(schedule: ExportSchedule) -> None:
    assert run_schedules(at=DUE - timedelta(seconds=1)) == 0
    assert run_schedules(at=DUE) == 1
    assert run_schedules(at=DUE) == run_schedules(at=DUE + timedelta(days=20)) == 0
    assert periods() == [(date(2026, 3, 1), date(2026, 3, 31))]
    export = Export.objects.get()
    assert (export.actor, export.schedule) == (f"schedule:{schedule.pk}", schedule)
    schedule.refresh_from_db()
    assert schedule.next_first == date(2026, 4, 1)


def test_a_link_is_mailed_and_not_the_file(schedule: ExportSchedule) -> None:
    run_schedules(at=DUE)
    make(ExportFile.objects.get().pk, at=DUE)
    deliver_all(at=DUE + timedelta(hours=1))
    mail = Mail.objects.get(kind="export_ready")
    assert (mail.to, mail.state) == ("lena@example.org", "sent")
    assert f"/console/exports/export/{Export.objects.get().pk}/overview/" in mail.text
    assert mail.subject == "Orders, 1 Mar 2026 – 31 Mar 2026: ready"


def test_what_was_missed_is_made_up_for(organizer: Organizer, event: Event, lena: User) -> None:
    agreed(organizer, every="week")
    assert run_schedules(at=datetime(2026, 3, 31, 12, tzinfo=UTC)) == 3
    assert periods() == [
        (date(2026, 3, 9), date(2026, 3, 15)),
        (date(2026, 3, 16), date(2026, 3, 22)),
        (date(2026, 3, 23), date(2026, 3, 29)),
    ]


def test_who_left_the_team_or_may_no_more_gets_nothing(
    organizer: Organizer, event: Event, lena: User
) -> None:
    mira = make_member(organizer, Role.OWNER, email="mira@example.org")
    bela = make_member(organizer, Role.OWNER, email="bela@example.org")
    agreed(organizer, kind="postings")
    organizer.memberships.filter(user=mira).update(role=Role.ADMIN)  # books are for owners
    organizer.memberships.filter(user=bela).delete()
    make_member(organizer, Role.OWNER, email="new@example.org")  # was not chosen
    run_schedules(at=DUE)
    make(ExportFile.objects.get().pk, at=DUE)
    deliver_all(at=DUE + timedelta(hours=1))
    assert mailed() == ["lena@example.org"]


def test_for_nobody_nothing_is_made(schedule: ExportSchedule, organizer: Organizer) -> None:
    organizer.memberships.all().delete()
    run_schedules(at=DUE)
    schedule.refresh_from_db()
    assert (periods(), schedule.next_first) == ([], date(2026, 4, 1))


def test_a_suspended_organizer_gets_nothing(schedule: ExportSchedule, organizer: Organizer) -> None:
    Organizer.objects.filter(pk=organizer.pk).update(state=OrganizerState.SUSPENDED)
    run_schedules(at=DUE)
    assert periods() == []


def test_what_was_stopped_comes_no_more(schedule: ExportSchedule) -> None:
    assert stop(schedule, actor="user:1", at=MARCH)
    assert not stop(schedule, actor="user:2", at=MARCH)
    assert run_schedules(at=DUE) == 0
    assert ExportSchedule.objects.get().stopped_by == "user:1"


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_make_each_period_once(schedule: ExportSchedule) -> None:
    scope = Scope(schedule.organizer, None, date(2026, 3, 1), date(2026, 3, 31), UTC)
    wanted = Wanted(KINDS["orders"], Form.CSV, scope)

    def without_its_lock(_number: int) -> Any:
        """What would be if each beat asked by itself: only the database stands in between."""
        return request_file(wanted, language="de", actor="x", at=DUE, schedule=schedule)

    results = run_at_once(2, without_its_lock)
    assert len([r for r in results if isinstance(r, IntegrityError)]) == 1
    stop(schedule, actor="user:1", at=DUE)
    later = agreed(schedule.organizer)
    counts = run_at_once(4, lambda _number: run_schedules(at=DUE))
    assert sorted(map(str, counts)) == ["0", "0", "0", "1"]
    assert Export.objects.filter(schedule=later).count() == 1


# The pages


def form(organizer: Organizer, *members: User, **fields: Any) -> dict[str, Any]:
    chosen = organizer.memberships.filter(user__in=members).values_list("pk", flat=True)
    typed = {"kind": "orders", "organizer": organizer.pk, "form": "xlsx", "every": "month"}
    return typed | {"recipients": list(chosen)} | fields


NEW = "/console/exports/exportschedule/new/"


def test_a_member_agrees_and_stops_it(organizer: Organizer, event: Event, lena: User) -> None:
    client = signed_in(lena)
    answer = client.post(NEW, form(organizer, lena))
    schedule = ExportSchedule.objects.get()
    assert answer.headers["Location"] == f"/console/exports/exportschedule/{schedule.pk}/overview/"
    assert schedule.next_first == now().astimezone(event.zone).date().replace(day=1)
    assert "lena@example.org" in client.get(answer.headers["Location"]).content.decode()
    client.post(f"/console/exports/exportschedule/{schedule.pk}/stopping/")
    schedule.refresh_from_db()
    assert schedule.stopped_by == f"user:{lena.pk}"
    assert "Stopped" in client.get("/console/exports/exportschedule/").content.decode()


def test_what_cannot_come_is_said(organizer: Organizer, event: Event, lena: User) -> None:
    mira = make_member(organizer, Role.ADMIN, email="mira@example.org")
    other = make_organizer("Schallhof")
    theirs = make_member(other, Role.OWNER)
    client = signed_in(lena)
    refused = client.post(NEW, form(organizer, lena, mira, kind="postings")).content.decode()
    assert "mira@example.org may not see this" in refused
    refused = client.post(NEW, form(organizer, lena, kind="datev", every="week")).content.decode()
    assert "two fiscal years" in refused
    outside = other.memberships.get(user=theirs).pk
    assert client.post(NEW, form(organizer, recipients=[outside])).status_code == 200
    assert client.post(NEW, form(organizer)).status_code == 200  # to nobody
    assert client.post(NEW, form(other, lena)).status_code == 200
    assert not ExportSchedule.objects.exists()


def test_the_books_by_mail_are_owners_business(
    organizer: Organizer, event: Event, lena: User
) -> None:
    schedule = agreed(organizer, kind="postings")
    client = signed_in(make_member(organizer, Role.ADMIN))
    page = f"/console/exports/exportschedule/{schedule.pk}"
    assert client.get(f"{page}/overview/").status_code == 403
    assert client.post(f"{page}/stopping/").status_code == 403
    assert ExportSchedule.objects.filter(stopped_at=None).exists()
