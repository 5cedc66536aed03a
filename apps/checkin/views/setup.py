"""How an event's door is set up: by members who manage events, never by a phone."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.roles import Capability
from apps.checkin.doors import members_door
from apps.checkin.models import DoorSettings, TimeSlot, settings_of
from apps.checkin.services.gates import give_slot, take_slot
from apps.checkin.services.settings import change_settings
from apps.checkin.setup_forms import SettingsForm, SlotForm
from apps.tickets import keys


@never_cache
@require_safe
def setup(request: HttpRequest, slug: str) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    event = here.event
    page = {
        "event": event,
        "settings": settings_of(event),
        "gates": event.gates.in_use().count(),
        "slots": TimeSlot.objects.filter(variant__event=event).count(),
        "supervisors": event.organizer.supervisors.serving().count(),
        "phones": event.devices.working().count(),
        "no_offline": keys.why_no_offline_door(),
    }
    return render(request, "checkin/setup.html", page)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door_settings(request: HttpRequest, slug: str) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    current = DoorSettings.objects.filter(event=here.event).first()
    form = SettingsForm(request.POST or None, instance=current or DoorSettings(event=here.event))
    if request.method == "POST" and form.is_valid():
        change_settings(form.save(commit=False), at=now())
        messages.success(request, _("Saved. Phones hear of it within seconds."))
        return redirect("checkin:setup", slug)
    status = 422 if form.is_bound else 200
    return render(
        request, "checkin/settings.html", {"event": here.event, "form": form}, status=status
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def slots(request: HttpRequest, slug: str) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    data = request.POST if request.method == "POST" else None
    variants = here.event.variants.order_by("position", "pk")
    forms = [SlotForm(data, variant=variant, event=here.event) for variant in variants]
    if data is not None and all(form.is_valid() for form in forms):
        with transaction.atomic():
            for form in forms:
                _save(form)
        messages.success(request, _("Saved. Phones hear of it within seconds."))
        return redirect("checkin:setup", slug)
    status = 422 if data is not None else 200
    return render(
        request, "checkin/slots.html", {"event": here.event, "forms": forms}, status=status
    )


def _save(form: SlotForm) -> None:
    admits_from, admits_until = form.slot()
    if not form.has_changed():
        return
    if admits_from and admits_until:
        give_slot(form.variant, admits_from=admits_from, admits_until=admits_until, at=now())
    else:
        take_slot(form.variant, at=now())
