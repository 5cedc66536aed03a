"""
The code of a gift voucher. It is derived from the voucher's reference, so that it can be mailed later and
is stored nowhere; the table has a keyed hash of it, to find it by. Whoever has only a copy of the database
can neither pay with a voucher nor recognise a code.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from django.conf import settings
from django.utils.crypto import salted_hmac

from apps.core.references import ALPHABET, normalise
from apps.vouchers.models import GiftVoucher

LENGTH = 16  # 80 bits: not to be found by trying
GROUP = 4
_BITS = 5


def code_for(reference: str) -> str:
    """With the key of today."""
    return _derive(reference, settings.SECRET_KEY)


def code_of(voucher: GiftVoucher) -> str:
    """
    Of a voucher that exists, also when the key has changed since. In groups, as it is read aloud.

    :raises LookupError: its key is not among the fallbacks any more: replace the voucher.
    """
    for secret in _secrets():
        code = _derive(voucher.reference, secret)
        if hmac.compare_digest(_digest(code, secret), voucher.digest):
            return "-".join(code[at : at + GROUP] for at in range(0, LENGTH, GROUP))
    raise LookupError(voucher.reference)


def digest_of(code: str) -> str:
    return _digest(code, settings.SECRET_KEY)


def looks_like_one(typed: str) -> bool:
    code = normalise(typed.strip())
    return len(code) == LENGTH and set(code) <= set(ALPHABET)


def digests_of(typed: str) -> list[str]:
    """What it may be stored under."""
    return [_digest(normalise(typed.strip()), secret) for secret in _secrets()]


def _secrets() -> Iterable[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _derive(reference: str, secret: str) -> str:
    found = salted_hmac("vouchers.code", reference, secret=secret, algorithm="sha256").digest()
    number = int.from_bytes(found)
    return "".join(ALPHABET[number >> _BITS * at & 31] for at in range(LENGTH))


def _digest(code: str, secret: str) -> str:
    return salted_hmac("vouchers.digest", code, secret=secret, algorithm="sha256").hexdigest()
