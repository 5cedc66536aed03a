from __future__ import annotations

import gc
from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.core.cache import cache
from django.db.models.signals import post_migrate
from django.utils import translation
from pytest_django import Settings

from tests.german import german

pytest_plugins = ["tests.sandbox_server", "tests.chromium", "tests.phones", "tests.live_process"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    By chance, but the long ones first, then those that wait for a browser. Of the long ones that with
    servers of its own begins: the others' database is being migrated.
    """
    items.sort(key=_order)


def _order(item: pytest.Item) -> tuple[int, bool]:
    marks = ("long", "browser")
    mark = next((n for n, mark in enumerate(marks) if item.get_closest_marker(mark)), len(marks))
    return mark, mark == 0 and "_django_db_helper" in getattr(item, "fixturenames", ())


def pytest_collection_finish() -> None:
    """What is imported by now stays: looking through it for garbage took a good part of a run. What a
    story leaves is looked through in larger heaps."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """What belongs to the models is made once: the flush between tests leaves it alone."""
    uid = "django.contrib.auth.management.create_permissions"
    assert post_migrate.disconnect(create_permissions, dispatch_uid=uid)
    assert post_migrate.disconnect(create_contenttypes)


@pytest.fixture(autouse=True)
def english() -> None:
    """A page that was answered in German leaves the thread in German."""
    translation.deactivate_all()
    translation.activate("en")


@pytest.fixture
def in_german() -> Iterator[None]:
    with german():
        yield


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Kept pages, limits by address, tries and the breaker of mails are every story's own."""
    cache.clear()


@pytest.fixture
def redis_away(settings: Settings) -> None:
    """The cache's; rate limits have their own way to it."""
    moved = deepcopy(settings.CACHES)
    for one in moved.values():
        one["LOCATION"] = "unix:///nonexistent.sock"
    settings.CACHES = moved
