"""
Who acted and what it was about, in words: "user:7" is a name, "payouts.payout:3" is payout K7Q2.
Everything on a page is asked for together, and once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts.models import Membership, User
from apps.checkin.models import Device
from apps.console.words import provider_words

# Where a row does not call itself as people would.
_NAMES: Mapping[str, tuple[str, Callable[[Any], object]]] = {
    "accounts.feeterms": ("organizer", lambda terms: terms.organizer or ""),
    "accounts.payoutmethod": ("", lambda to: f"{provider_words(to.provider)}: {to.destination}"),
    "payments.fraudwarning": ("payment", lambda warning: warning.payment.reference),
    "payments.refund": ("payment", lambda refund: refund.payment.reference),
    "payouts.netting": ("", lambda netting: netting.amount),
    "reconciliation.balanceline": ("", lambda line: line.provider_id),
    "reconciliation.banktransfer": ("", lambda transfer: transfer.amount),
}
_ACTORS, _SUBJECTS = "console_actors", "console_subjects"


def actor_name(request: HttpRequest, actor: str) -> str:
    return _actors(request, [actor])[actor]


def subject_name(request: HttpRequest, subject: str) -> str:
    return _subjects(request, [subject])[subject]


def name_rows(changelist: Any, request: HttpRequest) -> Any:
    """What rows of a list are about gets `subject_words`; where somebody acted, `actor_words`."""
    rows = changelist.result_list = list(changelist.result_list)
    about = _subjects(request, [row.subject for row in rows if hasattr(row, "subject")])
    who = _actors(request, [row.actor for row in rows if hasattr(row, "actor")])
    for row in rows:
        if hasattr(row, "subject"):
            row.subject_words = about[row.subject]
        if hasattr(row, "actor"):
            row.actor_words = who[row.actor]
    return changelist


def _actors(request: HttpRequest, actors: Iterable[str]) -> dict[str, str]:
    known: dict[str, str] = request.__dict__.setdefault(_ACTORS, {})
    asked = {actor for actor in actors if actor not in known}
    ids = {kind: _ids(asked, kind) for kind in ("user", "device")}
    users = _users(request, ids["user"]) if ids["user"] else {}
    phones = Device.objects.filter(pk__in=ids["device"]) if ids["device"] else []
    named = {f"user:{pk}": name for pk, name in users.items()}
    named |= {f"device:{phone.pk}": _("Phone %s") % phone.name for phone in phones}
    for actor in asked:
        known[actor] = named.get(actor) or _of_no_row(actor)
    return known


def _of_no_row(actor: str) -> str:
    kind, _colon, name = actor.partition(":")
    if kind == "provider":
        return provider_words(name)
    words = {"system": _("by itself"), "browser": _("The buyer"), "user": _("The buyer")}
    return words.get(kind, actor)


def _users(request: HttpRequest, ids: set[int]) -> dict[int, str]:
    """An organizer sees its own team by name, and of operators only that they are."""
    users = list(User.objects.filter(pk__in=ids))
    if _for_operators(request):
        return {user.pk: user.name or user.email for user in users}
    mine = Membership.objects.filter(user=request.user.pk).values("organizer")
    teams = Membership.objects.filter(organizer__in=mine, user__in=ids)
    team = set(teams.values_list("user", flat=True))
    return {
        user.pk: (user.name or user.email) if user.pk in team else str(settings.PLATFORM_NAME)
        for user in users
        if user.pk in team or user.is_staff
    }


def _for_operators(request: HttpRequest) -> bool:
    found = request.resolver_match
    return found is not None and "platform" in found.namespaces


def _subjects(request: HttpRequest, subjects: Iterable[str]) -> dict[str, str]:
    known: dict[str, str] = request.__dict__.setdefault(_SUBJECTS, {})
    by_label: dict[str, list[str]] = {}
    for subject in subjects:
        if subject not in known:
            label, _colon, pk = subject.rpartition(":")
            known[subject] = subject
            by_label.setdefault(label, []).append(pk)
    for label, pks in by_label.items():
        known |= _rows_of(label, [int(pk) for pk in pks if pk.isdecimal()])
    request.__dict__[_SUBJECTS] = known
    return known


def _rows_of(label: str, pks: list[int]) -> dict[str, str]:
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return {}
    word = str(model._meta.verbose_name)
    word = word[:1].upper() + word[1:]
    with_it, name = _NAMES.get(label, ("", str))
    rows = model._default_manager.all()
    found = (rows.select_related(with_it) if with_it else rows).in_bulk(pks)
    return {f"{label}:{pk}": f"{word} {name(row)}" for pk, row in found.items()}


def _ids(actors: Iterable[str], kind: str) -> set[int]:
    parts = (actor.partition(":") for actor in actors)
    return {int(pk) for name, _colon, pk in parts if name == kind and pk.isdecimal()}
