from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import ApiKey, Organizer, User
from apps.accounts.permissions import may_give
from apps.accounts.roles import Role
from apps.accounts.services.invite import NotAllowed
from apps.accounts.trace import note
from apps.core.asked_often import AskedOften

PREFIX = "pk_"
KEYS_MAX = 50
SEEN_EVERY = timedelta(minutes=5)  # last_used_at is written no more often


class NameTaken(Exception):
    """Another key that works has this name: one could not be told from the other."""


class TooManyKeys(Exception):
    """So many work that somebody should revoke some first."""


@transaction.atomic
def create_api_key(
    organizer: Organizer, *, name: str, role: Role, by: User, at: datetime
) -> tuple[ApiKey, str]:
    """
    The key's row and its secret, which is shown this once and never again.

    :raises NotAllowed, NameTaken, TooManyKeys: nothing was made.
    """
    locked = Organizer.objects.select_for_update(no_key=True).get(pk=organizer.pk)
    if not may_give(by, role, locked):
        raise NotAllowed
    working = ApiKey.objects.filter(organizer=locked, revoked_at=None)
    if working.filter(name=name).exists():
        raise NameTaken
    if working.count() >= KEYS_MAX:
        raise TooManyKeys
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        organizer=locked,
        name=name,
        prefix=secret[:10],
        secret_hash=_hash(secret),
        role=role,
        created_by=by,
        created_at=at,
    )
    note(key, "", f"made as {role}", actor=by.actor, at=at)
    return key, secret


@transaction.atomic
def revoke_api_key(key: ApiKey, *, by: User, at: datetime) -> None:
    """
    It is refused from now on; revoking twice is revoking once.

    :raises NotAllowed: nothing was changed.
    """
    if not may_give(by, Role(key.role), key.organizer):
        raise NotAllowed
    if ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at):
        note(key, key.role, "revoked", actor=by.actor, at=at)


def find_api_key(secret: str, *, at: datetime) -> ApiKey | None:
    key = _KEYS.first(_hash(secret))
    if key is not None and (key.last_used_at is None or at - key.last_used_at > SEEN_EVERY):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return key


def _by_hash(secret_hash: str) -> QuerySet[ApiKey]:
    return ApiKey.objects.filter(secret_hash=secret_hash, revoked_at=None)


_KEYS = AskedOften(_by_hash, "?")


def _hash(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
