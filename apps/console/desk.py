"""
The base of every admin class: rows only of the organizers the signed-in person reaches.

A class declares the path from its row to the organizer and which capability each act needs.
Django's permission rows are not consulted. Choices of foreign keys are the rows the related
model's own desk would list; a related model without a desk has no choices at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.admin import ModelAdmin

from apps.accounts.roles import Capability
from apps.console.scoped import Scoped

ORGANIZER_ITSELF = "pk"
NOBODYS = ""  # rows of the platform: no organizer reaches them


@dataclass(frozen=True, slots=True)
class Page:
    """A page of one row, below its address; its name is the path with underscores."""

    path: str
    view: Callable[[HttpRequest, Desk, Any], HttpResponseBase]
    to: Capability


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of the whole list."""

    path: str
    view: Callable[[HttpRequest, Desk], HttpResponseBase]
    to: Capability


@dataclass(frozen=True, slots=True)
class Asking:
    title: str
    form: BaseForm
    button: str
    lines: Sequence[str] = ()
    heading: str = ""
    back: str = ""
    back_title: str = ""


class Desk(Scoped, ModelAdmin):  # type: ignore[misc]  # its base has no types
    organizer_path: ClassVar[str] = "organizer"
    pages: ClassVar[Sequence[Page]] = ()
    list_pages: ClassVar[Sequence[ListPage]] = ()
    list_tools: ClassVar[Sequence[tuple[str, Any]]] = ()  # (path of a list page, title)
    list_per_page = 50
    list_max_show_all = 200
    show_full_result_count = False
    actions = None
    view_on_site = False
    compressed_fields = False

    # Whose rows

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.rows(request, to=self.needs.view)

    def rows(self, request: HttpRequest, *, to: Capability) -> QuerySet[Any]:
        """Those of the organizers for which `to` is allowed."""
        rows = super().get_queryset(request)
        access = self.access(request)
        if access.everybody:
            return rows
        if self.organizer_path == NOBODYS:
            return rows.none()
        within = {f"{self.organizer_path}__in": access.organizers(to)}
        return rows.filter(**within)

    def organizer_id(self, row: models.Model) -> int:
        *steps, last = self.organizer_path.split("__")
        owner: Any = row
        for step in steps:
            owner = getattr(owner, step)
        return cast("int", getattr(owner, "pk" if last == "pk" else f"{last}_id"))

    # Who may

    def may(
        self, request: HttpRequest, to: Capability | None, row: models.Model | None = None
    ) -> bool:
        access = self.access(request)
        if to is None:
            return False
        if access.everybody:
            return True
        if self.organizer_path == NOBODYS:
            return False
        return access.may(to, self.organizer_id(row) if row is not None and row.pk else None)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.may(request, self.needs.view, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self.needs.add)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.may(request, self.needs.change, obj)

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self.may(request, self.needs.delete, obj)

    # The list

    def tools(self) -> Sequence[tuple[str, Any]]:
        return self.list_tools

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        title = str(self.opts.verbose_name_plural)
        query = f"?{request.GET.urlencode()}" if request.GET else ""
        may = {page.path: self.may(request, page.to) for page in self.list_pages}
        tools = [(self.url(p) + query, text) for p, text in self.tools() if may[p]]
        context: dict[str, Any] = {
            "title": title[:1].upper() + title[1:],
            "list_tools": tools,
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})

    # Pages of our own

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"<int:pk>/{page.path}/", self._open(page), name=self._name(page.path))
            for page in self.pages
        ]
        lists = [
            path(f"{page.path}/", self._open_list(page), name=self._name(page.path))
            for page in self.list_pages
        ]
        djangos = [url for url in super().get_urls() if not self._useless(url.name or "")]
        return [*lists, *own, *djangos]

    def _useless(self, name: str) -> bool:
        """Django's pages for what cannot be done here."""
        none_to_add = self.needs.add is None and name == self._name("add")
        none_to_delete = self.needs.delete is None and name == self._name("delete")
        return not name or none_to_add or none_to_delete  # no name: an old form of addresses

    def _get_obj_does_not_exist_redirect(self, *args: Any) -> HttpResponse:
        raise Http404

    def url(self, page: str, row: models.Model | None = None) -> str:
        """Of "change", "changelist", or the path of a page."""
        return reverse(
            f"{self.admin_site.name}:{self._name(page)}", args=[row.pk] if row is not None else []
        )

    def render(
        self, request: HttpRequest, template: str, row: models.Model | None, **context: Any
    ) -> HttpResponse:
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "desk": self,
                "opts": self.opts,
                "original": row,
                **context,
            },
        )

    def ask(self, request: HttpRequest, row: models.Model | None, asking: Asking) -> HttpResponse:
        """A page that says what is about to happen and asks for what is needed."""
        back = asking.back or self.url("changelist")
        plural = str(self.opts.verbose_name_plural)
        back_title = asking.back_title or (str(row) if row else plural[:1].upper() + plural[1:])
        return self.render(
            request,
            "console/form.html",
            row,
            title=asking.title,
            heading=asking.heading,
            lines=asking.lines,
            form=asking.form,
            button=asking.button,
            back=back,
            back_title=back_title,
        )

    def ask_before(
        self, request: HttpRequest, row: models.Model, *, title: str, line: str, form: BaseForm
    ) -> HttpResponse:
        """An act offered on the row's overview; its button says its title."""
        back = self.url("overview", row)
        return self.ask(request, row, Asking(title, form, title, [line], back=back))

    def actor(self, request: HttpRequest) -> str:
        return f"user:{request.user.pk}"

    def _open(self, page: Page) -> Any:
        def open_page(request: HttpRequest, pk: int) -> HttpResponseBase:
            row = self.rows(request, to=page.to).filter(pk=pk).first()
            if row is not None:
                return page.view(request, self, row)
            if self.get_queryset(request).filter(pk=pk).exists():
                raise PermissionDenied
            raise Http404

        return self.admin_site.admin_view(open_page)

    def _open_list(self, page: ListPage) -> Any:
        def open_page(request: HttpRequest) -> HttpResponseBase:
            if not self.may(request, page.to):
                raise PermissionDenied
            return page.view(request, self)

        return self.admin_site.admin_view(open_page)

    def _name(self, page: str) -> str:
        tail = page.replace("/", "_").replace("-", "_")
        return f"{self.opts.app_label}_{self.opts.model_name}_{tail}"


class ReadDesk(Desk):
    """Rows that change only by what their own pages offer; the first page is where a link leads."""

    home = "overview"

    def _useless(self, name: str) -> bool:
        return super()._useless(name) or name == self._name("history")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return redirect(self.url(self.home, row))
