from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.models import User
from apps.checkin import devices
from apps.checkin.models import Pairing
from apps.checkin.services.pair import Asking, offer, pair
from apps.demo.cast import PEOPLE
from apps.events.models import Event


@require_POST
def sell_here(request: HttpRequest, slug: str) -> HttpResponse:
    """This browser becomes a phone that may sell at the door. In demo mode only, for anybody."""
    event, at = get_object_or_404(Event.objects.public(), slug=slug), now()
    owner = User.objects.get(email=next(p.email for p in PEOPLE if p.role == "owner"))
    name = _("Box office of the demo")
    code = offer(Pairing(event=event, name=name, box_office=True), user=owner, at=at)
    _device, secret = pair(code, Asking(name=name), at=at)
    response = redirect("box_office:counter", slug)
    devices.remember(response, secret, secure=request.is_secure())
    return response
