"""A stored notice on its way from received to processed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum

from apps.core.transitions import move
from apps.payments.gateways.base import Ids, Subject
from apps.payments.gateways.registry import NOTICE_GATEWAYS
from apps.payments.models import Payment, ProviderNotice
from apps.payments.states import NoticeState, PaymentState, RefundState

# The ids by which a payment can be known.
_PAYMENT_IDS = ("session", "intent", "charge", "order", "capture")
_OF_TAKING_MONEY = frozenset({Subject.ATTEMPT, Subject.FEE})
_GOING_BACK = (RefundState.PENDING, RefundState.SUCCEEDED)


def payments_of(notice: ProviderNotice) -> list[Payment]:
    """
    The payments a notice may be about, and of which it may tell something new: empty when it is
    about somebody else's, or about money that is in the books already.
    """
    return [payment for payment in _named_by(notice) if not _is_known(notice, payment)]


def tells_nothing_new(notice: ProviderNotice) -> bool:
    """What it says of payments of ours is in the books already: nobody needs to be asked."""
    named = _named_by(notice)
    return bool(named) and all(_is_known(notice, payment) for payment in named)


def _named_by(notice: ProviderNotice) -> list[Payment]:
    """By our own name for it, which providers repeat in most notices; else by theirs."""
    ours = Payment.objects.filter(provider=notice.provider)
    if notice.reference and (named := list(ours.filter(reference=notice.reference))):
        return named
    wanted = Q()
    for name, value in _payment_ids(notice).items():
        wanted |= Q(ids__contains={name: value})
    return list(ours.filter(wanted)) if wanted else []


def _is_known(notice: ProviderNotice, payment: Payment) -> bool:
    """
    Money that is taken stays taken, and was compared with our row when it was. A notice of it can
    tell of the fee, or name something at the provider that we do not know; refunds and disputes
    are subjects of their own.
    """
    if notice.subject == Subject.REFUND:
        return _is_known_refund(notice, payment)
    if notice.subject not in _OF_TAKING_MONEY or payment.state != PaymentState.CAPTURED:
        return False
    if notice.subject == Subject.FEE and payment.fee_minor is None:
        return False
    known: Ids = payment.ids
    return _payment_ids(notice).items() <= known.items()


def _is_known_refund(notice: ProviderNotice, payment: Payment) -> bool:
    """
    It repeats what our rows say: the answer to our own request was quicker. Whatever differs, also
    because it is older, is read from the provider.
    """
    told = NOTICE_GATEWAYS[notice.provider].refund_told(notice.body)
    if told is None or told.amount.currency != payment.currency:
        return False
    ours = payment.refunds.exclude(provider_id="")
    if told.id:
        same = ours.filter(provider_id=told.id, state=told.state, amount_minor=told.amount.minor)
        return same.exists()
    going = ours.filter(state__in=_GOING_BACK).aggregate(sum=Sum("amount_minor"))
    return bool((going["sum"] or 0) == told.amount.minor)


def _payment_ids(notice: ProviderNotice) -> Ids:
    return {name: notice.ids[name] for name in _PAYMENT_IDS if name in notice.ids}


def ignore(notice: ProviderNotice, *, at: datetime) -> None:
    """Nobody has begun with it, and it tells nothing new."""
    with transaction.atomic():
        move(notice, NoticeState.IGNORED, actor="system", at=at, reason="nothing new")


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
