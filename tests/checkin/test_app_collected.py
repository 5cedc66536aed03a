"""The door with its files as a real shop serves them: collected, under names that change with their content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from apps.checkin.views import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    settings.STATIC_ROOT = tmp_path
    storage = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": storage}}
    app._files.cache_clear()
    call_command("collectstatic", verbosity=0, interactive=False)
    yield tmp_path
    app._files.cache_clear()


def test_a_phone_is_told_of_files_that_are_there(client: Client, collected: Path) -> None:
    answer = client.get("/door/sw.js")
    assert answer.status_code == 200
    told = json.loads(answer.content.decode().split("\n")[0].removeprefix("self.DOOR = ")[:-1])
    addresses = [address for address, _integrity in told["files"]]
    assert staticfiles_storage.url("js/door/app.js") in addresses
    assert "/static/js/door/book.js" in addresses
    missing = [one for one in addresses if not (collected / one.removeprefix("/static/")).exists()]
    assert missing == []
    assert len(addresses) > 20
