"""Rows on the page of their parent."""

from __future__ import annotations

from typing import Any, cast

from django.db import models
from django.http import HttpRequest
from unfold.admin import StackedInline, TabularInline

from apps.accounts.roles import Capability
from apps.console.desk import Desk
from apps.console.scoped import Scoped


class _Inline(Scoped):
    """Rows of one parent: who may do what is asked of the parent's desk."""

    parent_model: type[models.Model]
    extra = 0
    show_change_link = False

    def _may(self, request: HttpRequest, to: Capability | None, parent: Any) -> bool:
        desk = cast("Desk", self.admin_site.get_model_admin(self.parent_model))
        return desk.may(request, to, parent)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.needs.view, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.needs.add, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.needs.change, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, self.needs.delete, obj)


class StackedRows(_Inline, StackedInline):  # type: ignore[misc]  # its base has no types
    pass


class TableRows(_Inline, TabularInline):  # type: ignore[misc]  # its base has no types
    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """A head of a column is no label: each field says its own."""
        formset = super().get_formset(request, obj, **kwargs)
        for field in formset.form.base_fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)
        return formset
