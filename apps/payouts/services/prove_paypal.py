"""
An address at PayPal is proven by a code that is mailed there: a typing error would pay a stranger. A
merchant id needs no proof, a typing error in it is nobody's.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.accounts.models import Organizer, PayoutMethod
from apps.outbox.publish import publish
from apps.payouts.models import PayPalProof
from apps.payouts.services.connect import connect_paypal, paypal_destination

VALID_FOR = timedelta(minutes=30)
TRIES_MAX = 5
A_DAY = timedelta(days=1)
MAILS_A_DAY = 10  # to addresses that may be a stranger's


class TooManyProofs(Exception):
    """That many were mailed today; tomorrow again."""


class WrongCode(Exception):
    """left: how many tries there are."""

    def __init__(self, left: int) -> None:
        super().__init__(str(left))
        self.left = left


class ProofExpired(Exception):
    """Too late, or tried too often: ask for a new code."""


def code_of(proof: PayPalProof) -> str:
    """Eight digits."""
    mac = salted_hmac(
        "payouts.paypal_proof", f"{proof.pk}:{proof.address}", secret=settings.SECRET_KEY
    )
    return f"{int(mac.hexdigest()[:15], 16) % 10**8:08}"


def ask_for_proof(organizer: Organizer, typed: str, *, actor: str, at: datetime) -> PayPalProof:
    """
    :raises ValidationError: what was typed is no address.
    :raises TooManyProofs: nothing was mailed.
    """
    address = paypal_destination(typed)
    with transaction.atomic():
        locked = Organizer.objects.select_for_update(no_key=True).get(pk=organizer.pk)
        today = PayPalProof.objects.filter(organizer=locked, created_at__gt=at - A_DAY)
        if today.count() >= MAILS_A_DAY:
            raise TooManyProofs
        proof = PayPalProof.objects.create(
            organizer=locked,
            address=address,
            actor=actor,
            created_at=at,
            expires_at=at + VALID_FOR,
        )
        publish("payout.proof_asked", about=proof, at=at)
    return proof


def prove(proof: PayPalProof, typed: str, *, actor: str, at: datetime) -> PayoutMethod:
    """
    With the right code the address is where the money goes. The right code again changes nothing.

    :raises WrongCode, ProofExpired: the method is as it was.
    """
    _try(proof, typed, at=at)
    return connect_paypal(proof.organizer, proof.address, actor=actor, at=at)


def _try(proof: PayPalProof, typed: str, *, at: datetime) -> None:
    """Each try is counted, also the one that fails: so it has a transaction of its own."""
    with transaction.atomic():
        locked = PayPalProof.objects.select_for_update(no_key=True).get(pk=proof.pk)
        if at >= locked.expires_at or locked.tries >= TRIES_MAX:
            raise ProofExpired
        right = constant_time_compare("".join(typed.split()), code_of(locked))
        if right:
            locked.proven_at = locked.proven_at or at
        else:
            locked.tries += 1
        locked.save(update_fields=["proven_at", "tries"])
    if not right:
        raise WrongCode(TRIES_MAX - locked.tries)
