"""In German each column, filter and field of the desks has a German name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.admin.utils import flatten_fieldsets, label_for_field
from django.core.exceptions import FieldDoesNotExist
from django.test import RequestFactory
from django.utils.translation import override

from apps.console.sites import organizer_site, platform_site
from apps.console.words import id_words
from tests.factories.selling import make_user
from tests.german import german

pytestmark = pytest.mark.django_db

# The same word in both languages.
BOTH = {"Status", "Name", "Website", "Ticket", "Tickets", "Person"}


def names(desk: Any, request: Any) -> Iterator[str]:
    for column in desk.list_display:
        yield str(label_for_field(column, desk.model, desk))
    for chosen in desk.list_filter:
        if isinstance(chosen, str) and "__" not in chosen:
            yield str(desk.model._meta.get_field(chosen).verbose_name)
    if desk.needs.change is None:
        return
    form = desk.get_form(request)
    for field in flatten_fieldsets(desk.get_fieldsets(request)):
        if field in form.base_fields:
            yield str(form.base_fields[field].label)
        else:
            try:
                yield str(desk.model._meta.get_field(field).verbose_name)
            except FieldDoesNotExist:
                yield str(label_for_field(field, desk.model, desk))


def test_no_desk_speaks_english_in_german() -> None:
    request = RequestFactory().get("/platform/")
    request.user = make_user(is_staff=True)
    same = set()
    with german():
        for site in (organizer_site, platform_site):
            for desk in site._registry.values():
                with override("en"):
                    english = list(names(desk, request))
                with override("de"):
                    for ours, theirs in zip(english, names(desk, request), strict=True):
                        if ours == theirs and ours.capitalize() not in BOTH:
                            same.add(f"{desk.model.__name__}: {ours}")
    assert sorted(same) == []


def test_in_german_each_column_begins_with_a_capital() -> None:
    """On a phone it stands alone before what it names, as the stylesheet cannot do it for one letter."""
    with german(), override("de"):
        small = {
            f"{desk.model.__name__}: {name}"
            for site in (organizer_site, platform_site)
            for desk in site._registry.values()
            for column in desk.list_display
            if (name := str(label_for_field(column, desk.model, desk)))[:1].islower()
        }
    assert small == set()


def test_what_a_provider_calls_something_is_said_in_words() -> None:
    with german(), override("de"):
        said = [id_words(name) for name in ("item", "transfer", "intent", "something_new")]
    assert said == [
        "Auszahlung bei PayPal",
        "Überweisung bei Stripe",
        "Zahlungsvorgang bei Stripe",
        "something_new",
    ]
