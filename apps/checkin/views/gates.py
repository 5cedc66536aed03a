from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.roles import Capability
from apps.checkin.doors import members_door
from apps.checkin.models import Gate
from apps.checkin.services.gates import remove_gate, save_gate
from apps.checkin.setup_forms import GateForm


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def gates(request: HttpRequest, slug: str) -> HttpResponse:
    """All of them, and a form for another one."""
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    form = GateForm(request.POST or None, event=here.event, instance=Gate(event=here.event))
    if request.method == "POST" and form.is_valid():
        save_gate(form.save(commit=False), at=now())
        return redirect("checkin:gates", slug)
    page = {"event": here.event, "gates": here.event.gates.in_use(), "form": form}
    return render(request, "checkin/gates.html", page, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: HttpRequest, slug: str, gate_id: int) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    wanted = get_object_or_404(Gate.objects.in_use(), pk=gate_id, event=here.event)
    form = GateForm(request.POST or None, event=here.event, instance=wanted)
    if request.method == "POST" and form.is_valid():
        save_gate(form.save(commit=False), at=now())
        messages.success(request, _("Saved. Phones hear of it within seconds."))
        return redirect("checkin:gates", slug)
    page = {"event": here.event, "gate": wanted, "form": form}
    return render(request, "checkin/gate.html", page, status=422 if form.is_bound else 200)


@require_POST
def removal(request: HttpRequest, slug: str, gate_id: int) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    remove_gate(get_object_or_404(Gate, pk=gate_id, event=here.event), at=now())
    return redirect("checkin:gates", slug)
