"""A database of before the migrations became few: whole it goes on, halfway it is refused."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from apps.ops.examination import examine_database

pytestmark = pytest.mark.django_db

Record = MigrationRecorder.Migration.objects


def test_one_with_all_the_older_ones_goes_on() -> None:
    for app, name in MigrationExecutor(connection).loader.replacements:
        assert Record.filter(app=app, name=name).delete()[0] == 1
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []
    assert examine_database().ok


def test_one_that_stopped_halfway_is_told_what_to_do() -> None:
    Record.filter(app="orders", name__in=["0001_tables", "0002_guards"]).delete()
    Record.filter(app="orders", name="0011_a_till_or_a_voucher").delete()
    written = Record.count()
    halfway = r"became one \(orders\.0001_tables\): bring it to the last"
    with pytest.raises(CommandError, match=halfway):
        call_command("migrate", verbosity=0)
    found = examine_database()
    assert (found.ok, found.what) == (False, "older migrations ended halfway: orders.0001_tables")
    assert Record.count() == written
