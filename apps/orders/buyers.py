"""Who buys: the signed-in user, or else the browser. Never a typed e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.accounts.models import User


@dataclass(frozen=True, slots=True)
class Buyer:
    key: str  # "user:7", "browser:<uuid>", "key:3" for an API key
    user: User | None = None
    address_hash: str = ""

    @property
    def emails(self) -> tuple[str, ...]:
        """Addresses that are proven to be theirs."""
        if self.user is None:
            return ()
        verified = self.user.emailaddress_set.filter(verified=True)
        return tuple(address.lower() for address in verified.values_list("email", flat=True))


def user_buyer(user: User, *, address: str) -> Buyer:
    return Buyer(f"user:{user.pk}", user, hash_address(address))


def browser_buyer(browser: UUID, *, address: str) -> Buyer:
    return Buyer(f"browser:{browser}", None, hash_address(address))


def hash_address(address: str) -> str:
    """Keyed, so that the table does not hold IP addresses."""
    return salted_hmac("orders.address", address, secret=settings.SECRET_KEY).hexdigest()[:32]
