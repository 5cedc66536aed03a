"""The accounts an organizer's accountant books to."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.roles import Capability
from apps.console.desk import Desk
from apps.console.forms.bookkeeping import BookkeepingForm
from apps.exports.datev.books import bookkeeping_of
from apps.exports.services.save_bookkeeping import save_bookkeeping


def bookkeeping(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?organizer=3`; without it the first of mine."""
    mine = desk.access(request).organizers(Capability.MANAGE_PAYOUTS).order_by("name")
    chosen = request.GET.get("organizer", "")
    organizer = mine.filter(pk=chosen).first() if chosen.isdecimal() else mine.first()
    if organizer is None:
        raise PermissionDenied
    form = BookkeepingForm(request.POST or None, instance=bookkeeping_of(organizer))
    if request.method == "POST" and form.is_valid():
        numbers = form.save(commit=False)
        save_bookkeeping(numbers, form.rates(), actor=desk.actor(request), at=now())
        messages.success(request, _("Saved. Bookings are exported with these accounts."))
        return redirect(f"{request.path}?organizer={organizer.pk}")
    return desk.render(
        request,
        "console/bookkeeping.html",
        None,
        title=_("Accounts in DATEV"),
        form=form,
        who=organizer,
        others=[one for one in mine[:50] if one != organizer],
    )
