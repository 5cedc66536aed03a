"""Keys by which an organizer's programs use the API."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import ApiKey, User
from apps.accounts.roles import MATRIX, Capability, Role
from apps.accounts.services.api_keys import (
    NameTaken,
    TooManyKeys,
    create_api_key,
    revoke_api_key,
)
from apps.accounts.services.invite import NotAllowed
from apps.console.desk import Asking, Desk
from apps.console.forms.api_keys import ApiKeyForm
from apps.console.forms.team import SureForm

MANAGE = Capability.MANAGE_ORGANIZER

# What the API asks a capability for.
_USES: dict[Capability, str | Promise] = {
    Capability.CHANGE_ORDERS: gettext_lazy("sell tickets of your events"),
    Capability.SEE_ORDERS: gettext_lazy("read orders and the codes of their tickets"),
    Capability.BLOCK_TICKETS: gettext_lazy("block and unblock tickets"),
    Capability.SCAN: gettext_lazy("scan tickets at the door"),
}


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The secret is on the page that answers and nowhere else, so there is no redirect to it."""
    organizers = desk.access(request).organizers(MANAGE)
    form = ApiKeyForm(request.POST or None, organizers=organizers)
    if request.method == "POST" and form.is_valid():
        made = _make(form, by=cast("User", request.user))
        if made is not None:
            key, secret = made
            role = Role(key.role)
            page = {"title": key.name, "secret": secret, "role": role.label, "uses": _uses(role)}
            return desk.render(request, "console/new_api_key.html", key, **page)
    return desk.ask(
        request,
        None,
        Asking(
            title=_("Make an API key"),
            form=form,
            button=_("Make the key"),
            heading=_("What for"),
            lines=[f"{role.label}: {', '.join(_uses(role))}." for role in Role],
        ),
    )


def revocation(request: HttpRequest, desk: Desk, key: ApiKey) -> HttpResponse:
    if key.revoked_at is not None:
        messages.info(request, _("%s is revoked already.") % key.name)
        return redirect(desk.url("changelist"))
    if request.method == "POST":
        try:
            revoke_api_key(key, by=cast("User", request.user), at=now())
        except NotAllowed:
            messages.error(request, _("This key may do more than you: an owner can revoke it."))
        else:
            messages.success(request, _("%s is revoked.") % key.name)
        return redirect(desk.url("changelist"))
    line = _("Every call with the key %(prefix)s… is refused from now on. There is no way back.")
    return desk.ask(
        request,
        key,
        Asking(
            title=_("Revoke the key"),
            form=SureForm(),
            button=_("Revoke"),
            lines=[line % {"prefix": key.prefix}],
            back_title=str(key.name),
        ),
    )


def _make(form: ApiKeyForm, *, by: User) -> tuple[ApiKey, str] | None:
    """What speaks against it is told in the form."""
    typed = form.cleaned_data
    role = Role(typed["role"])
    try:
        return create_api_key(typed["organizer"], name=typed["name"], role=role, by=by, at=now())
    except NotAllowed:
        form.add_error("role", _("A key may not do more than you."))
    except NameTaken:
        form.add_error("name", _("A key of this name works already."))
    except TooManyKeys:
        form.add_error(None, _("Very many keys work: revoke some first."))
    return None


def _uses(role: Role) -> list[str]:
    return [str(text) for capability, text in _USES.items() if capability in MATRIX[role]]
