"""Filters whose choices are only what the signed-in person reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from django.contrib.admin import AllValuesFieldListFilter, SimpleListFilter
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.console.moments import called
from apps.console.words import provider_words
from apps.events.models import Event
from apps.notifications.kind_words import KIND_WORDS

EVENTS_MAX = 50


class OrganizerFilter(SimpleListFilter):
    """Not there for somebody with one organizer."""

    title = _("organizer")
    parameter_name = "organizer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        self.path = model_admin.organizer_path
        mine = model_admin.access(request).organizers(model_admin.needs.view)
        found = [(str(pk), name) for pk, name in mine.values_list("pk", "name")[:200]]
        return found if len(found) > 1 else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return _by_id(queryset, self.path, self.value())


def only(name: str, words: Any, rows: Q) -> type[SimpleListFilter]:
    """A filter of one choice, for what a page counts and links to."""

    class OnlyFilter(SimpleListFilter):
        title = words
        parameter_name = name

        def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
            return [("1", _("Only these"))]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(rows) if self.value() == "1" else queryset

    return OnlyFilter


class ProviderFilter(AllValuesFieldListFilter):
    """For a field of providers, by the names that people know."""

    def choices(self, changelist: Any) -> Iterator[Any]:
        everything, *each = super().choices(changelist)
        yield everything
        for choice in each:
            yield {**choice, "display": provider_words(str(choice["display"]))}


class MailKindFilter(SimpleListFilter):
    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, str(words)) for kind, words in KIND_WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class EventFilter(SimpleListFilter):
    """The next and the last events."""

    title = _("event")
    parameter_name = "event"
    path: ClassVar[str] = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, str]]:
        mine = model_admin.access(request).organizers(model_admin.needs.view)
        events = Event.objects.filter(organizer__in=mine).order_by("-starts_at")[:EVENTS_MAX]
        return [(str(event.pk), called(event)) for event in events]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return _by_id(queryset, self.path, self.value())


def _by_id(rows: QuerySet[Any], path: str, value: str | None) -> QuerySet[Any]:
    if not value:
        return rows
    return rows.filter(**{path: value}) if value.isdecimal() else rows.none()
