"""An organizer says where their money goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Organizer, PayoutMethod
from apps.outbox.publish import publish
from apps.payments.gateways.base import DISCONNECTED, Kind, Onboarding, Payee, PayeeView
from apps.payments.gateways.errors import NotFound, NotPermitted
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payouts.models import PayPalProof
from apps.payouts.words import provider_name
from apps.trail.record import record

_MERCHANT_ID = re.compile(r"[A-Z0-9]{13}")


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the provider sends the organizer back to, and where an expired link is renewed."""

    return_url: str
    refresh_url: str


def paypal_destination(typed: str) -> str:
    """
    A PayPal e-mail, or better the merchant id, which a typing error cannot turn into a stranger's.

    :raises ValidationError:
    """
    text = typed.strip()
    if _MERCHANT_ID.fullmatch(text.upper()):
        return text.upper()
    try:
        validate_email(text)
    except ValidationError as invalid:
        raise ValidationError(_("Enter a PayPal e-mail or a merchant id.")) from invalid
    return text.lower()


class NotProven(Exception):
    """Nobody has shown yet that they read this address (`prove_paypal.py`)."""


class AccountGone(Exception):
    """There is no account any more with which one could go on."""


def connect_paypal(organizer: Organizer, typed: str, *, actor: str, at: datetime) -> PayoutMethod:
    """
    :raises ValidationError: what was typed is no PayPal account.
    :raises NotProven: an address nobody has proven.
    :raises GatewayError: PayPal could not be asked.
    """
    destination = paypal_destination(typed)
    if "@" in destination and not _is_proven(organizer, destination):
        raise NotProven(destination)
    view = PAYOUT_GATEWAYS[Kind.PAYPAL].payee(destination)
    return _save(organizer, Kind.PAYPAL, destination, view, actor=actor, at=at)


def connect_stripe(
    organizer: Organizer, *, country: str, pages: Pages, actor: str, at: datetime
) -> Onboarding:
    """
    Opens an account at Stripe, or goes on with theirs; send the organizer to `.url` if there is one.

    country: two letters.
    :raises GatewayError: Stripe could not be asked; safe to try again.
    """
    known = PayoutMethod.objects.filter(organizer=organizer, provider=Kind.STRIPE).first()
    payee = _payee(organizer, known.destination if known else "", country=country)
    onboarding = _link(payee, pages)
    view = PAYOUT_GATEWAYS[Kind.STRIPE].payee(onboarding.destination)
    _save(organizer, Kind.STRIPE, onboarding.destination, view, actor=actor, at=at)
    return onboarding


def go_on_at_stripe(method: PayoutMethod, *, pages: Pages) -> str:
    """
    A fresh link to where they give the rest: each works once. Nothing is opened anew.

    :raises AccountGone: it was closed, or its owner let us go; the method says so from now on.
    :raises GatewayError: Stripe could not be asked; safe to try again.
    """
    payee = _payee(method.organizer, method.destination, country="")
    try:
        onboarding = _link(payee, pages)
    except (NotFound, NotPermitted) as error:
        if DISCONNECTED not in refresh(method).missing:
            raise
        raise AccountGone from error
    return onboarding.url


def refresh(method: PayoutMethod) -> PayoutMethod:
    """
    Ask the provider whether it can be paid by now.

    :raises GatewayError: it could not be asked.
    """
    view = PAYOUT_GATEWAYS[method.provider].payee(method.destination)
    method.payable, method.missing = view.payable, list(view.missing)
    # Only while it is still that account: it may have been changed meanwhile.
    PayoutMethod.objects.filter(pk=method.pk, destination=method.destination).update(
        payable=method.payable, missing=method.missing
    )
    return method


def _payee(organizer: Organizer, destination: str, *, country: str) -> Payee:
    return Payee(
        reference=str(organizer.pk),
        name=organizer.name,
        email=organizer.email,
        country=country,
        destination=destination,
    )


def _link(payee: Payee, pages: Pages) -> Onboarding:
    return PAYOUT_GATEWAYS[Kind.STRIPE].onboard(
        payee,
        return_url=pages.return_url,
        refresh_url=pages.refresh_url,
        key=f"payee-{payee.reference}",
    )


def _save(
    organizer: Organizer,
    provider: str,
    destination: str,
    view: PayeeView,
    *,
    actor: str,
    at: datetime,
) -> PayoutMethod:
    """A new destination is told to the organizer's owners: it may not have been them."""
    with transaction.atomic():
        before = (
            PayoutMethod.objects.select_for_update(no_key=True)
            .filter(organizer=organizer, provider=provider)
            .first()
        )
        method, _created = PayoutMethod.objects.update_or_create(
            organizer=organizer,
            provider=provider,
            defaults={
                "destination": destination,
                "payable": view.payable,
                "missing": list(view.missing),
                **_since(before, destination, at=at),
            },
        )
        if before is None or before.destination != destination:
            replaced = before.destination if before else ""
            publish("payout.method_changed", about=method, at=at, actor=actor, replaced=replaced)
            record(
                "payee.change", about=method, actor=actor, at=at, reason=_change(replaced, method)
            )
    return method


def _is_proven(organizer: Organizer, address: str) -> bool:
    proofs = PayPalProof.objects.filter(organizer=organizer, proven_at__isnull=False)
    return proofs.filter(address=address).exists()


def _since(before: PayoutMethod | None, destination: str, *, at: datetime) -> dict[str, datetime]:
    """The first one is paid at once; one that replaces another waits (`payee.py`)."""
    if before is None or before.destination in {"", destination}:
        return {}
    return {"destination_since": at}


def _change(replaced: str, method: PayoutMethod) -> str:
    return f"{provider_name(method.provider)}: {replaced or '–'} -> {method.destination}"
