"""Every check there is: those of each app's `invariants.py`, and those that span apps."""

from __future__ import annotations

from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from apps.audit import tenancy
from apps.core.invariants import Check


def all_checks() -> list[Check]:
    """In the order of the invariants they belong to."""
    found = [*tenancy.CHECKS]
    for config in apps.get_app_configs():
        # core/invariants.py says what a check is and has none.
        if config.label != "core" and module_has_submodule(config.module, "invariants"):
            found += import_module(f"{config.name}.invariants").CHECKS
    return sorted(found, key=lambda check: (check.number, check.name))
