"""Who issues the invoices: an organizer, or on the operators' site the platform."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.accounts.models import Organizer
from apps.accounts.roles import Capability
from apps.console.desk import Desk
from apps.console.forms.legal import LegalForm, PlatformLegalForm
from apps.invoices import law
from apps.invoices.models import LegalEntity, VatCheck
from apps.invoices.services.save_legal import entity_of, save_legal
from apps.invoices.vat import newest_try


def legal(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?organizer=3`; without it the platform's own, or mine when there is only one."""
    mine = desk.access(request).organizers(Capability.MANAGE_ORGANIZER).order_by("name")
    chosen = request.GET.get("organizer", "")
    organizer = mine.filter(pk=chosen).first() if chosen.isdecimal() else None
    if organizer is None and not desk.access(request).everybody:
        if chosen or not mine.exists():
            raise PermissionDenied
        organizer = mine.first()
    entity = entity_of(organizer)
    kind = LegalForm if organizer else PlatformLegalForm
    form = kind(request.POST or None, instance=entity)
    if request.method == "POST" and form.is_valid():
        saved = save_legal(form.save(commit=False), actor=desk.actor(request), at=now())
        _say(request, saved)
        return redirect(f"{request.path}?organizer={organizer.pk}" if organizer else request.path)
    return desk.render(
        request,
        "console/legal.html",
        None,
        title=_("Legal data for invoices"),
        form=form,
        entity=entity,
        who=organizer,
        others=[] if desk.access(request).everybody else _others(mine, organizer),
        missing=law.missing(entity_of(organizer)),
        check=newest_try(entity.vat_id) if entity.vat_id else None,
        answers=VatCheck.Answer,
    )


def _others(mine: QuerySet[Organizer], organizer: Organizer | None) -> list[Organizer]:
    return [one for one in mine if one != organizer]


def _say(request: HttpRequest, entity: LegalEntity) -> None:
    if entity.complete_at is None:
        messages.warning(request, _("Saved. Something is still missing: invoices wait for it."))
    else:
        messages.success(request, _("Saved. What has waited gets its number within minutes."))
