"""
A selection that made no order comes back after a redirect, in a cookie of its page: what was chosen,
and once what spoke against it. So Back and reload never send a form again; whoever loads the page
again sees the same choice as things stand by then.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from apps.events.models import Event
from apps.orders.services.place import Selection
from apps.variants.refusals import Refusal

COOKIE = "chosen"
SECONDS = 900
BYTES_MAX = 3800  # browsers drop cookies beyond 4096
_SALT = "orders.chosen"


@dataclass(frozen=True, slots=True)
class Said:
    """Of one kind of ticket, of the code that was typed, or of the whole."""

    variant: int | None
    text: str
    of_code: bool = False

    @classmethod
    def of(cls, refusal: Refusal) -> Said:
        return cls(refusal.variant.pk if refusal.variant else None, refusal.text, refusal.of_code)


@dataclass(frozen=True, slots=True)
class Chosen:
    """begun: an order was begun before; it is to be said whether this one takes its place."""

    selection: Selection
    said: tuple[Said, ...] = ()
    begun: bool = False


def chosen_again(chosen: Chosen) -> HttpResponse | None:
    """The way to its page; None: it is too much for a cookie."""
    response = redirect("orders:place", chosen.selection.event.slug)
    return response if _keep(response, chosen) else None


def read_chosen(request: HttpRequest, event: Event) -> Chosen | None:
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    slug, heads, code, said, begun = kept
    if slug != event.slug:
        return None
    wanted = {int(variant): count for variant, count in heads.items()}
    told = tuple(Said(*one) for one in said)
    return Chosen(Selection(event, wanted, code), told, begun)


def forget_said(response: HttpResponse, chosen: Chosen) -> None:
    """It was told; the choice itself stays."""
    if chosen.said:
        _keep(response, replace(chosen, said=()))


def _keep(response: HttpResponse, chosen: Chosen) -> bool:
    of, said = chosen.selection, [(one.variant, one.text, one.of_code) for one in chosen.said]
    kept = [of.event.slug, dict(of.heads), of.code, said, chosen.begun]
    value = signing.dumps(kept, salt=_SALT, compress=True)
    if len(value) > BYTES_MAX:
        return False
    response.set_cookie(
        COOKIE,
        value,
        max_age=SECONDS,
        path=reverse("orders:place", args=[of.event.slug]),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return True
