"""What every way of issuing a gift voucher shares: its row, and the fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import get_default_timezone

from apps.accounts.models import Organizer
from apps.core.money import Money
from apps.core.references import new_reference
from apps.outbox.publish import publish
from apps.vouchers import keys
from apps.vouchers.models import GiftVoucher
from apps.vouchers.states import Origin

REFERENCE_LENGTH = 12
YEARS = 3


@dataclass(frozen=True, slots=True)
class Recipient:
    """Empty: it is handed over on paper."""

    name: str = ""
    email: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class NewVoucher:
    """amount: what it is worth. provider: where that money lies. key: of the form that asks for it."""

    organizer: Organizer
    provider: str
    amount: Money
    origin: Origin = Origin.ISSUED
    replaces: GiftVoucher | None = None
    note: str = ""
    key: UUID | None = None


def write_voucher(new: NewVoucher, to: Recipient, *, actor: str, at: datetime) -> GiftVoucher:
    """In the caller's transaction, which books where its money comes from."""
    reference = new_reference(REFERENCE_LENGTH)
    code = keys.code_for(reference)
    voucher = GiftVoucher.objects.create(
        reference=reference,
        organizer=new.organizer,
        provider=new.provider,
        currency=new.amount.currency,
        face_minor=new.amount.minor,
        origin=new.origin,
        replaces=new.replaces,
        digest=keys.digest_of(code),
        ending=code[-keys.GROUP :],
        recipient_name=to.name.strip(),
        recipient_email=to.email.strip().lower(),
        language=to.language,
        note=new.note,
        key=new.key,
        issued_by=actor,
        issued_at=at,
        expires_at=end_of_life(at),
    )
    publish("voucher.issued", about=voucher, at=at)
    return voucher


def end_of_life(at: datetime) -> datetime:
    """With the third year after the one it is issued in (German Civil Code, sections 195 and 199)."""
    zone = get_default_timezone()
    return datetime(at.astimezone(zone).year + YEARS + 1, 1, 1, tzinfo=zone)
