"""Who calls: an organizer's program by key, a person by token or session, or nobody we know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.headless.tokens.strategies.jwt.internal import validate_access_token
from django.http import HttpRequest
from django.utils.timezone import now

from apps.accounts.models import ApiKey, Organizer, User
from apps.accounts.permissions import may
from apps.accounts.roles import MATRIX, Capability, Role
from apps.accounts.services.api_keys import PREFIX, find_api_key
from apps.accounts.states import OrganizerState
from apps.api import problems
from apps.core.rate_limit import allow
from apps.core.same_origin import is_same_origin
from apps.orders.access import buyer_of
from apps.orders.buyers import Buyer, hash_address, user_buyer

REQUESTS, SECONDS = 300, 60


@dataclass(frozen=True, slots=True)
class Caller:
    user: User | None = None
    key: ApiKey | None = None
    address: str = ""

    @property
    def name(self) -> str:
        """As it stands in traces."""
        if self.key is not None:
            return f"key:{self.key.pk}"
        return f"user:{self.user.pk}" if self.user else "anonymous"

    def may(self, to: Capability, organizer: Organizer) -> bool:
        if self.key is not None:
            active = organizer.state in {OrganizerState.APPLIED, OrganizerState.APPROVED}
            mine = self.key.organizer_id == organizer.pk
            return active and mine and to in MATRIX[Role(self.key.role)]
        return self.user is not None and may(self.user, to, organizer)

    def must(self, to: Capability, organizer: Organizer) -> None:
        """
        :raises Problem: 401 for nobody, 403 for somebody else.
        """
        if self.key is None and self.user is None:
            raise problems.unauthenticated()
        if not self.may(to, organizer):
            raise problems.forbidden()


def caller_of(request: HttpRequest) -> Caller:
    """
    :raises Problem: 401 for credentials that are wrong, 403 across sites, 429 beyond the rate.
    """
    address = request.META.get("REMOTE_ADDR", "")
    caller = _identify(request, address, at=now())
    if not allow(f"api:{caller.name}:{hash_address(address)}", REQUESTS, SECONDS):
        raise problems.too_many(SECONDS)
    return caller


def buyer_for(request: HttpRequest, caller: Caller, idempotency_key: str) -> Buyer:
    """
    A program buys for many people: each idempotency key is a buyer of its own, else each call
    would find the last one's open order.
    """
    if caller.key is not None:
        return Buyer(f"key:{caller.key.pk}:{hash_address(idempotency_key)[:24]}")
    if caller.user is not None:
        return user_buyer(caller.user, address=caller.address)
    return buyer_of(request)


def _identify(request: HttpRequest, address: str, *, at: datetime) -> Caller:
    scheme, _, credential = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return _by_credential(scheme, credential.strip(), address, at=at)
    if isinstance(request.user, User):
        # The session of a browser: only our own pages may use it to change things.
        if not is_same_origin(request):
            raise problems.Problem(403, "cross_site", "Use a token or a key from other sites.")
        return Caller(user=request.user, address=address)
    return Caller(address=address)


def _by_credential(scheme: str, credential: str, address: str, *, at: datetime) -> Caller:
    if scheme.lower() != "bearer":
        raise problems.unauthenticated()
    if credential.startswith(PREFIX):
        key = find_api_key(credential, at=at)
        if key is None:
            raise problems.unauthenticated()
        return Caller(key=key, address=address)
    found = validate_access_token(credential)
    if found is None:
        raise problems.unauthenticated()
    return Caller(user=found[0], address=address)
