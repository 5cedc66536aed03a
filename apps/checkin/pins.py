"""
A supervisor's PIN. Six digits are soon tried out, so each try is made slow (PBKDF2) and phones get no
more than the hash of the key derived from it: with that a phone can check a PIN, but not prove it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import datetime

from apps.accounts.models import Organizer
from apps.checkin.models import Supervisor

ITERATIONS = 600_000
SALT_BYTES = 16
DIGITS_MIN = 6


class WeakPin(ValueError):
    """Fewer than six digits, or not digits alone."""


def appoint(organizer: Organizer, *, name: str, pin: str, at: datetime) -> Supervisor:
    """
    :raises WeakPin:
    """
    if len(pin) < DIGITS_MIN or not (pin.isascii() and pin.isdigit()):
        raise WeakPin(pin)
    salt = os.urandom(SALT_BYTES)
    return Supervisor.objects.create(
        organizer=organizer,
        name=name,
        salt=salt,
        iterations=ITERATIONS,
        key=derive(pin, salt, ITERATIONS),
        created_at=at,
    )


def derive(pin: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, iterations)


def check_of(supervisor: Supervisor) -> str:
    """What phones compare with, hex."""
    return hashlib.sha256(bytes(supervisor.key)).hexdigest()


def proof(key: bytes, *, entry_id: str, of: str, ticket: str, supervisor_id: int) -> str:
    """Binds the PIN to one override, hex."""
    said = f"{entry_id}|{of}|{ticket}|{supervisor_id}"
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()
