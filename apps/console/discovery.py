"""
Django's admin, without its search for desks in every process: worker, beat, relay and streams show none, and
importing them takes longer than everything else. The URLs of the console bring them along.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import SimpleAdminConfig
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks


class LateAdminConfig(SimpleAdminConfig):
    def ready(self) -> None:
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(check_desks, checks.Tags.admin)


def check_desks(
    app_configs: Sequence[AppConfig] | None, **options: Any
) -> list[checks.CheckMessage]:
    # The desks are checked when they are there, whichever check comes first.
    from apps.console import admin  # noqa: F401

    found: list[checks.CheckMessage] = check_admin_app(app_configs, **options)
    return found
