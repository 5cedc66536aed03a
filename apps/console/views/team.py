"""Who works for an organizer, and who is in its club."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.models import Invitation, Membership, User
from apps.accounts.roles import Capability, Role
from apps.accounts.services import team
from apps.accounts.services.club_list import add_to_club, replace_club
from apps.accounts.services.invite import (
    AlreadyInTeam,
    NotAllowed,
    TooManyInvitations,
    invite,
    take_back,
)
from apps.console.desk import Asking, Desk
from apps.console.forms.team import ClubListForm, InviteForm, RoleForm, SureForm

MANAGE = Capability.MANAGE_ORGANIZER


def role(request: HttpRequest, desk: Desk, member: Membership) -> HttpResponse:
    form = RoleForm(request.POST or None, initial={"role": member.role})
    if request.method == "POST" and form.is_valid():
        new = Role(form.cleaned_data["role"])
        by = cast("User", request.user)
        _try(request, lambda: team.change_role(member, new, by=by, at=now()))
        return redirect(desk.url("changelist"))
    return desk.ask(
        request,
        member,
        Asking(
            title=member.user.email,
            form=form,
            button=_("Change the role"),
            heading=_("Role"),
            lines=_what_roles_may(),
        ),
    )


def removal(request: HttpRequest, desk: Desk, member: Membership) -> HttpResponse:
    if request.method == "POST":
        by = cast("User", request.user)
        _try(request, lambda: team.remove(member, by=by, at=now()))
        return redirect(desk.url("changelist"))
    line = _("%(who)s no longer works for %(organizer)s and loses access at once.")
    names = {"who": member.user.email, "organizer": member.organizer.name}
    return desk.ask(
        request,
        member,
        Asking(
            title=_("Remove from the team"),
            form=SureForm(),
            button=_("Remove"),
            lines=[line % names],
        ),
    )


def invitation(request: HttpRequest, desk: Desk) -> HttpResponse:
    organizers = desk.access(request).organizers(MANAGE)
    form = InviteForm(request.POST or None, organizers=organizers)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        by = cast("User", request.user)
        done = _try(
            request,
            lambda: invite(
                typed["organizer"], typed["email"], Role(typed["role"]), by=by, at=now()
            ),
        )
        if done:
            messages.success(request, _("An invitation is mailed to %s.") % typed["email"])
            return redirect(desk.url("changelist"))
    return desk.ask(
        request,
        None,
        Asking(
            title=_("Invite somebody"),
            form=form,
            button=_("Send the invitation"),
            heading=_("Who"),
            lines=_what_roles_may(),
        ),
    )


def withdrawal(request: HttpRequest, desk: Desk, offer: Invitation) -> HttpResponse:
    if request.method == "POST":
        by = cast("User", request.user)
        _try(request, lambda: take_back(offer, by=by, at=now()))
        return redirect(desk.url("changelist"))
    line = _("The link that was mailed to %s stops working.") % offer.email
    return desk.ask(
        request,
        offer,
        Asking(
            title=_("Take the invitation back"),
            form=SureForm(),
            button=_("Take it back"),
            lines=[line],
        ),
    )


def club_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    organizers = desk.access(request).organizers(MANAGE)
    form = ClubListForm(request.POST or None, request.FILES or None, organizers=organizers)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        verb = replace_club if typed["replace"] else add_to_club
        count = verb(typed["organizer"], typed["lines"])
        told = _("%d removed.") if typed["replace"] else _("%d lines read.")
        messages.success(request, told % count)
        return redirect(desk.url("changelist"))
    asking = Asking(title=_("Add a list"), form=form, button=_("Save"), heading=_("Member list"))
    return desk.ask(request, None, asking)


def _try(request: HttpRequest, act: Callable[[], object]) -> bool:
    """What speaks against it is told; whether it was done."""
    try:
        act()
    except NotAllowed:
        messages.error(request, _("You cannot give or take a role that may do more than yours."))
    except team.LastOwner:
        messages.error(request, _("Somebody must own it: make another owner first."))
    except AlreadyInTeam:
        messages.warning(request, _("This address is in the team already."))
    except TooManyInvitations:
        messages.warning(request, _("Many invitations are open: take some back first."))
    else:
        return True
    return False


def _what_roles_may() -> list[str]:
    return [
        _("Owners do everything, also with money."),
        _("Admins manage events, orders and the team, but not payouts."),
        _("Door staff scan tickets at the door and see nothing else."),
    ]
