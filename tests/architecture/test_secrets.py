"""Whoever reads the database learns no secret with which money could be moved."""

from __future__ import annotations

import re

from django.apps import apps

SECRET = re.compile(r"secret|password|token|private|credential|api_?key|signing")
# Of people and programs that sign in here: hashed by Django, by us (…_hash), or a date.
KNOWN = {"accounts.user.password"}


def test_secrets_of_organizers_and_providers_are_not_in_the_database() -> None:
    fields = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.concrete and SECRET.search(field.name) and not field.name.endswith("_hash")
    }
    assert fields == KNOWN
