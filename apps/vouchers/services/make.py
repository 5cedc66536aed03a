from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction

from apps.accounts.models import Organizer
from apps.core.money import Money
from apps.events.models import Event
from apps.trail.record import record_each
from apps.variants.models import Variant
from apps.vouchers import sql
from apps.vouchers.models import Code
from apps.vouchers.states import CodeKind
from apps.vouchers.texts import TEXT_MAX, new_text, normalise

BATCH_MAX = 2000
BUDGET_MAX = 100_000


class TextTaken(Exception):
    """The organizer has a code of this text, perhaps an ended one."""


class TextInvalid(Exception):
    """There is no letter or digit in it, or it is too long."""


@dataclass(frozen=True, slots=True)
class Terms:
    """amount_minor, least_minor are in `currency`."""

    kind: CodeKind
    percent: int = 0
    amount_minor: int = 0
    currency: str = "EUR"
    least_minor: int = 0
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    per_person: int | None = None
    budget: int | None = None
    event: Event | None = None
    variants: Collection[Variant] = ()
    note: str = ""


@transaction.atomic
def make_code(organizer: Organizer, text: str, terms: Terms, *, actor: str, at: datetime) -> Code:
    """
    :raises TextTaken, TextInvalid: nothing was made.
    """
    text = normalise(text)
    if not text or len(text) > TEXT_MAX:
        raise TextInvalid
    try:
        with transaction.atomic():
            return _make(organizer, [text], terms, actor=actor, at=at)[0]
    except IntegrityError as taken:
        if Code.objects.filter(organizer=organizer, text=text).exists():
            raise TextTaken from taken
        raise


@transaction.atomic
def make_batch(
    organizer: Organizer, count: int, prefix: str, terms: Terms, *, actor: str, at: datetime
) -> list[Code]:
    """So many random codes, each for one order."""
    texts: set[str] = set()
    while len(texts) < min(count, BATCH_MAX):
        texts.add(new_text(prefix))
    return _make(organizer, sorted(texts), replace(terms, budget=1), actor=actor, at=at)


def _make(
    organizer: Organizer, texts: list[str], terms: Terms, *, actor: str, at: datetime
) -> list[Code]:
    codes = Code.objects.bulk_create(
        Code(
            organizer=organizer,
            event=terms.event,
            text=text,
            kind=terms.kind,
            percent=terms.percent,
            amount_minor=terms.amount_minor,
            currency=terms.currency,
            least_minor=terms.least_minor,
            starts_at=terms.starts_at,
            ends_at=terms.ends_at,
            per_person=terms.per_person,
            budget=terms.budget,
            note=terms.note,
            created_at=at,
        )
        for text in texts
    )
    bound = Code.variants.through
    bound._default_manager.bulk_create(
        bound(code_id=code.pk, variant_id=variant.pk)
        for code in codes
        for variant in terms.variants
    )
    sql.fill([code.pk for code in codes])
    record_each("code.make", about=codes, actor=actor, at=at, reason=_said(terms))
    return codes


def _said(terms: Terms) -> str:
    """All that it gives away, for the trail: an act is sealed, a code is not."""
    least = Money(terms.least_minor, terms.currency) if terms.least_minor else ""
    amount = Money(terms.amount_minor, terms.currency) if terms.amount_minor else ""
    said = {
        "percent": terms.percent,
        "amount": amount,
        "least": least,
        "starts_at": terms.starts_at,
        "ends_at": terms.ends_at,
        "per_person": terms.per_person,
        "budget": terms.budget,
        "event": terms.event,
        "variants": ", ".join(variant.name for variant in terms.variants),
        "note": terms.note,
    }
    words = [f"{name}: {value}" for name, value in said.items() if value]
    return "; ".join([f"kind: {terms.kind}", *words])
