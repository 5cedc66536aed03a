from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.roles import Capability
from apps.checkin.doors import members_door
from apps.checkin.models import Supervisor
from apps.checkin.services.supervisors import appoint, retire
from apps.checkin.setup_forms import SupervisorForm


@never_cache
@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
def supervisors(request: HttpRequest, slug: str) -> HttpResponse:
    """They serve at all doors of the organizer."""
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    organizer = here.event.organizer
    form = SupervisorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        appoint(organizer, name=said["name"], pin=said["pin"], at=now())
        return redirect("checkin:supervisors", slug)
    page = {
        "event": here.event,
        "supervisors": organizer.supervisors.serving().order_by("name", "pk"),
        "form": form,
    }
    return render(request, "checkin/supervisors.html", page, status=422 if form.is_bound else 200)


@require_POST
def retirement(request: HttpRequest, slug: str, supervisor_id: int) -> HttpResponse:
    here, _user = members_door(request, slug, to=Capability.MANAGE_EVENTS)
    mine = Supervisor.objects.filter(organizer=here.event.organizer_id)
    retire(get_object_or_404(mine, pk=supervisor_id), at=now())
    return redirect("checkin:supervisors", slug)
