"""A stored notice on its way from received to processed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from apps.core.transitions import move
from apps.payments.gateways.base import Subject
from apps.payments.models import Payment, ProviderNotice
from apps.payments.states import NoticeState, PaymentState

# The ids by which a payment can be known.
_PAYMENT_IDS = ("session", "intent", "charge", "order", "capture")


def payments_of(notice: ProviderNotice) -> list[Payment]:
    """
    The payments a notice may be about, and of which it may tell something new: empty when it is
    about somebody else's, or about money that is taken and whose fee is known.
    """
    ours = Payment.objects.filter(provider=notice.provider)
    if notice.subject == Subject.ATTEMPT:
        ours = ours.exclude(state=PaymentState.CAPTURED, fee_minor__isnull=False)
    wanted = Q()
    for name in _PAYMENT_IDS:
        if name in notice.ids:
            wanted |= Q(ids__contains={name: notice.ids[name]})
    if notice.reference:
        wanted |= Q(reference=notice.reference)
    return list(ours.filter(wanted)) if wanted else []


@contextmanager
def processing(notice: ProviderNotice, *, at: datetime) -> Iterator[None]:
    """
    Around the work for a notice: processed when it ends well, failed (and told why) when it raises.

    Not in a transaction: the work asks the provider.
    """
    _begin(notice, at=at)
    try:
        yield
    except Exception as failure:
        _end(notice, NoticeState.FAILED, at=at, error=f"{type(failure).__name__}: {failure}")
        raise
    _end(notice, NoticeState.PROCESSED, at=at)


def park(notice: ProviderNotice, *, at: datetime) -> None:
    """Its deliveries have given up: an operator sees it."""
    with transaction.atomic():
        locked = _locked(notice)
        if locked.state == NoticeState.FAILED:
            move(locked, NoticeState.PARKED, actor="system", at=at, reason=locked.error)


def _begin(notice: ProviderNotice, *, at: datetime) -> None:
    with transaction.atomic():
        locked = _locked(notice)
        # PROCESSING: a worker died over it. PROCESSED: told twice, which must do no harm.
        if locked.state not in {NoticeState.PROCESSING, NoticeState.PROCESSED}:
            move(locked, NoticeState.PROCESSING, actor="system", at=at)


def _end(notice: ProviderNotice, state: NoticeState, *, at: datetime, error: str = "") -> None:
    with transaction.atomic():
        locked = _locked(notice)
        if locked.state == NoticeState.PROCESSING:
            move(locked, state, actor="system", at=at, reason=error, error=error[:2000])


def _locked(notice: ProviderNotice) -> ProviderNotice:
    return ProviderNotice.objects.select_for_update(no_key=True).get(pk=notice.pk)
