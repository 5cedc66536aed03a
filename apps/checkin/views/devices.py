"""The phones of a door: paired, watched, revoked."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.roles import Capability
from apps.checkin.doors import members_door
from apps.checkin.models import Device, Pairing
from apps.checkin.selectors import phones_of
from apps.checkin.services.device import change_device
from apps.checkin.services.pair import offer, revoke, withdraw
from apps.checkin.setup_forms import DeviceForm, PairingForm
from apps.tickets import qr


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def devices(request: HttpRequest, slug: str) -> HttpResponse:
    if request.method == "POST":
        return _open_on_this_phone(request, slug)
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    at = now()
    page = {
        "event": here.event,
        "phones": phones_of(here.event, at=at),
        "offers": Pairing.objects.open(at=at).filter(event=here.event).order_by("pk"),
    }
    return render(request, "checkin/devices.html", page)


def _open_on_this_phone(request: HttpRequest, slug: str) -> HttpResponse:
    """A member scans with a device like everybody: an offer for this one browser."""
    here, user = members_door(request, slug, to=Capability.SCAN)
    mine = Pairing(event=here.event, name=here.name[:60])
    mine.box_office = here.may(Capability.SELL_AT_DOOR)
    code = offer(mine, user=user, at=now())
    return redirect(f"{reverse('checkin:index')}#{code}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pairings(request: HttpRequest, slug: str) -> HttpResponse:
    """Its code is on this one page and nowhere else, so there is no redirect to it."""
    here, user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    mine = Pairing(event=here.event)
    form = PairingForm(request.POST or None, event=here.event, instance=mine)
    if request.method != "POST" or not form.is_valid():
        page = {"event": here.event, "form": form}
        return render(request, "checkin/pairing.html", page, status=422 if form.is_bound else 200)
    pairing = form.save(commit=False)
    code = offer(pairing, user=user, at=now())
    link = f"{request.build_absolute_uri(reverse('checkin:index'))}#{code}"
    page = {
        "event": here.event,
        "pairing": pairing,
        "code": f"{code[:4]}-{code[4:]}",
        "link": link,
        "picture": mark_safe(qr.svg(link)),  # noqa: S308 - drawn by us
    }
    return render(request, "checkin/paired_by.html", page)


@require_POST
def withdrawal(request: HttpRequest, slug: str, pairing_id: int) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    withdraw(get_object_or_404(Pairing, pk=pairing_id, event=here.event))
    return redirect("checkin:devices", slug)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def device(request: HttpRequest, slug: str, device_id: int) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    phone = get_object_or_404(here.event.devices.select_related("gate", "user"), pk=device_id)
    form = DeviceForm(request.POST or None, instance=phone)
    if request.method == "POST" and form.is_valid():
        change_device(form.save(commit=False))
        return redirect("checkin:devices", slug)
    page = {
        "event": here.event,
        "phone": phone,
        "state": phone.state(at=now()),
        "flags": phone.flags.order_by("seq", "pk"),
        "aside": phone.log.filter(quarantined=True).count(),
        "form": form,
    }
    return render(request, "checkin/device.html", page, status=422 if form.is_bound else 200)


@require_POST
def revocation(request: HttpRequest, slug: str, device_id: int) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    phone = get_object_or_404(Device, pk=device_id, event=here.event)
    revoke(phone, actor=here.actor, at=now())
    return redirect("checkin:device", slug, device_id)
