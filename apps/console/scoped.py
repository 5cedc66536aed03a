"""Choices of a form are only what the signed-in person reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.forms import ModelChoiceField, ModelMultipleChoiceField
from django.http import HttpRequest

from apps.accounts.models import Organizer
from apps.accounts.roles import Capability
from apps.console.access import Access
from apps.console.sites import ConsoleSite


@dataclass(frozen=True, slots=True)
class Needs:
    """The capability an act asks for; None: it cannot be done here."""

    view: Capability
    add: Capability | None = None
    change: Capability | None = None
    delete: Capability | None = None


class Scoped:
    """What a desk and an inline share."""

    admin_site: ConsoleSite
    needs: ClassVar[Needs]

    def access(self, request: HttpRequest) -> Access:
        return self.admin_site.access(request)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        choices = kwargs.setdefault("queryset", self._choices(db_field, request))
        if db_field.remote_field.model is Organizer:
            kwargs.setdefault("initial", _the_only_one(choices))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc, no-any-return]  # Django's mixins are typed as one

    def formfield_for_manytomany(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        kwargs.setdefault("queryset", self._choices(db_field, request))
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc, no-any-return]  # Django's mixins are typed as one

    def _choices(self, db_field: Any, request: HttpRequest) -> Any:
        related = db_field.remote_field.model
        if related is Organizer:
            to = self.needs.change or self.needs.add or self.needs.view
            return self.access(request).organizers(to)
        if not self.admin_site.is_registered(related):
            return related._default_manager.none()
        desk = self.admin_site.get_model_admin(related)
        return desk.get_queryset(request)


def _the_only_one(organizers: QuerySet[Organizer]) -> Organizer | None:
    """Most people sell for one organizer and need not say for which."""
    first = list(organizers[:2])
    return first[0] if len(first) == 1 else None
