from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from celery.fixups import django as celery_django
from celery.signals import task_prerun
from django.db import connection

from config.celery import celery_app


@pytest.fixture
def observer(db: None) -> Iterator[psycopg.Connection]:
    """Another session of the same database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    params = connection.get_connection_params()
    where = {name: params[name] for name in ("dbname", "user", "host") if params.get(name)}
    with psycopg.connect(**where, autocommit=True) as other:
        yield other


def pid() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def last_asked(observer: psycopg.Connection) -> str:
    found = observer.execute("SELECT query FROM pg_stat_activity WHERE pid = %s", [pid_of()])
    row = found.fetchone()
    assert row
    return str(row[0])


def pid_of() -> int:
    return int(connection.connection.info.backend_pid)


@pytest.mark.django_db(transaction=True)
def test_a_connection_the_server_has_ended_is_not_usable(observer: psycopg.Connection) -> None:
    assert connection.is_usable()
    observer.execute("SELECT pg_terminate_backend(%s, 2000)", [pid_of()])
    assert not connection.is_usable()
    connection.close()
    assert pid() > 0


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_answered_just_now_is_not_asked_again(
    observer: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as after_a_pause:
        after_a_pause.setattr("config.postgresql.base.TRUSTED_SECONDS", -1.0)
        assert connection.is_usable()
        assert last_asked(observer) == "SELECT 1"
    pid()
    assert connection.is_usable()
    assert last_asked(observer) == "SELECT pg_backend_pid()"


@pytest.mark.django_db(transaction=True)
def test_a_worker_keeps_its_connection_from_task_to_task(monkeypatch: pytest.MonkeyPatch) -> None:
    around_a_task = celery_django.DjangoWorkerFixup(celery_app)  # type: ignore[attr-defined]  # the stubs have half of it
    before = pid()
    around_a_task.close_database()
    around_a_task.close_database()
    assert pid() == before
    monkeypatch.setattr(around_a_task, "db_reuse_max", None)  # as Celery does by itself
    around_a_task.close_database()
    assert pid() != before


@pytest.mark.django_db(transaction=True)
def test_a_task_begins_with_another_connection_when_the_server_has_ended_it(
    observer: psycopg.Connection,
) -> None:
    before = pid()
    observer.execute("SELECT pg_terminate_backend(%s, 2000)", [before])
    task_prerun.send(sender=None)
    assert pid() != before
