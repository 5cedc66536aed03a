from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from apps.accounts.models import Organizer, User
from apps.accounts.roles import Role
from apps.api.models import ApiKey

PREFIX = "pk_"
SEEN_EVERY = timedelta(minutes=5)  # last_used_at is written no more often


def create_api_key(
    organizer: Organizer, *, name: str, role: Role, created_by: User
) -> tuple[ApiKey, str]:
    """The key's row and its secret, which is shown this once and never again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        organizer=organizer,
        name=name,
        prefix=secret[:10],
        secret_hash=hash_secret(secret),
        role=role,
        created_by=created_by,
    )
    return key, secret


def revoke_api_key(key: ApiKey, *, at: datetime) -> None:
    ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=at)


def find_api_key(secret: str, *, at: datetime) -> ApiKey | None:
    key = ApiKey.objects.filter(secret_hash=hash_secret(secret), revoked_at=None).first()
    if key is not None and (key.last_used_at is None or at - key.last_used_at > SEEN_EVERY):
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return key


def hash_secret(secret: str) -> str:
    # 256 random bits need no slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()
