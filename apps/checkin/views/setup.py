"""Gates and door keys of an event."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.roles import Capability
from apps.checkin.doors import members_door
from apps.checkin.forms import GateForm, PairingForm
from apps.checkin.models import Device, Gate, Pairing
from apps.checkin.services.pair import offer, revoke
from apps.events.models import Event
from apps.tickets import keys, qr


@never_cache
@require_safe
def setup(request: HttpRequest, slug: str) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    return _page(request, here.event, gate_form=GateForm(), key_form=PairingForm())


@require_POST
def gates(request: HttpRequest, slug: str) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    form = GateForm(request.POST, instance=Gate(event=here.event))
    if here.event.gates.filter(name=request.POST.get("name", "").strip()).exists():
        form.add_error("name", _("There is a gate of this name."))
    if not form.is_valid():
        return _page(request, here.event, gate_form=form, key_form=PairingForm(), status=422)
    form.save()
    return redirect("checkin:setup", slug)


@require_POST
def gate_removal(request: HttpRequest, slug: str, gate_id: int) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    try:
        get_object_or_404(Gate, pk=gate_id, event=here.event).delete()
    except ProtectedError:
        messages.error(request, _("Somebody was scanned there: this gate stays on record."))
    return redirect("checkin:setup", slug)


@never_cache
@require_POST
def door_keys(request: HttpRequest, slug: str) -> HttpResponse:
    """Its secret is on this one page and nowhere else, so there is no redirect to it."""
    here, user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    form = PairingForm(request.POST)
    if not form.is_valid():
        return _page(request, here.event, gate_form=GateForm(), key_form=form, status=422)
    key = Pairing(event=here.event, name=form.cleaned_data["name"])
    code = offer(key, user=user, at=now())
    link = f"{request.build_absolute_uri(reverse('checkin:index'))}#{code}"
    page = {"event": here.event, "key": key, "link": link, "code": mark_safe(qr.svg(link))}  # noqa: S308 - drawn by us
    return render(request, "checkin/new_key.html", page)


@require_POST
def revocation(request: HttpRequest, slug: str, key_id: int) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    device = get_object_or_404(Device, pk=key_id, event=here.event)
    revoke(device, actor=here.actor, at=now())
    return redirect("checkin:setup", slug)


def _page(
    request: HttpRequest,
    event: Event,
    *,
    gate_form: GateForm,
    key_form: PairingForm,
    status: int = 200,
) -> HttpResponse:
    page = {
        "event": event,
        "gates": event.gates.all(),
        "keys": event.devices.working().order_by("paired_at"),
        "gate_form": gate_form,
        "key_form": key_form,
        "no_offline": keys.why_no_offline_door(),
    }
    return render(request, "checkin/setup.html", page, status=status)
