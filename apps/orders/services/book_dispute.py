"""Whose money a dispute is about: kept while it runs, let go when it is won, gone when it is lost."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from apps.core.money import Money, half_up, total
from apps.ledger import chart, dispute_recipes
from apps.ledger.balances import about, booked, pending_of
from apps.ledger.models import Posting
from apps.orders.models import Order
from apps.orders.selectors import left_on_voucher
from apps.payments.models import Dispute, Payment, Refund
from apps.payments.services.apply_dispute import next_key, post_dispute
from apps.payments.services.refund import NOT_GOING_BACK, TAKEN_BACK, standing_of

# How a refund begins in the books: of a sale, of what was owed to the buyer, or of both.
REQUESTED = ("refund_requested", "unapplied_refund_requested")


def keep(order: Order, dispute: Dispute, *, applied: bool, at: datetime) -> None:
    """
    Bring the reserve to what the dispute is about and the payment still holds. What is owed to the
    buyer anyway is kept by not being sent back. Needs the locks of order and payment.
    """
    stake = min(dispute.amount_minor, _held(dispute))
    owed = min(stake, _debt(dispute, applied=applied))
    more = (stake - owed) - dispute.reserved_minor
    dispute.owed_minor = owed
    if more > 0:
        _reserve(order, dispute, dispute.money(more), at=at)
    elif more < 0:
        _let_go(order, dispute, dispute.money(-more), at=at)
    dispute.save()


def let_go(order: Order, dispute: Dispute, *, at: datetime) -> None:
    """It came to nothing: all of it is again whose it was."""
    if dispute.reserved_minor:
        _let_go(order, dispute, dispute.money(dispute.reserved_minor), at=at)
    dispute.owed_minor = 0
    dispute.save()


def lose(order: Order, dispute: Dispute, *, at: datetime) -> None:
    """
    What the provider has taken and not returned is gone; until it has taken it, it stays kept.
    What it takes or returns after that is ours to bear, and goes back where it came from.
    """
    gone = dispute.withdrawn_minor - dispute.reinstated_minor
    if gone == dispute.lost_minor:
        return
    first, more = dispute.lost_minor == 0, gone - dispute.lost_minor
    reserved = _part(more, dispute.reserved_minor, first=first)
    owed = _part(more - reserved, dispute.owed_minor, first=first)
    _post_lost(order, dispute, more, reserved, owed, at=at)
    dispute.lost_minor = gone
    spare = dispute.reserved_minor - reserved if first else -reserved
    if spare > 0:
        _let_go(order, dispute, dispute.money(spare), at=at)
    if first:
        dispute.owed_minor = owed
        dispute.save()
        if dispute.reserved_minor:
            settle_fee(order, dispute, at=at)
    dispute.save()


def catch_up(order: Order, dispute: Dispute, *, applied: bool, at: datetime) -> None:
    """
    Of a loss only that is ours which the payment does not hold. It holds more than it did when a refund
    has failed, one that was made there was a part of ours, or another dispute came to nothing. The bank has
    given the buyer what was owed to them, so that debt is paid first; the rest is the organizer's.
    """
    more = max(min(_ours(dispute), standing_of(dispute.payment).in_books.minor), 0)
    owed = min(more, _debt(dispute, applied=applied))
    reserved = more - owed
    if reserved:
        _reserve(order, dispute, dispute.money(reserved), at=at)
    if more:
        _post_lost(order, dispute, 0, reserved, owed, at=at)
        dispute.owed_minor += owed
        dispute.save()
    if reserved:
        settle_fee(order, dispute, at=at)


def give_way(order: Order, dispute: Dispute, *, at: datetime) -> None:
    """
    A refund made at the provider is heard of after the loss: more is taken of the payment than it was.
    Nobody pays twice, so that much of the loss is ours. The fee: `settle_fee`, once the refund is booked.
    """
    over = min(-standing_of(dispute.payment).in_books.minor, dispute.kept_minor)
    if over <= 0:  # or it was lost besides another, and is ours already
        return
    reserved = min(over, dispute.reserved_minor)
    owed = min(over - reserved, dispute.owed_minor)
    _post_lost(order, dispute, 0, -reserved, -owed, at=at)
    if reserved:
        _let_go(order, dispute, dispute.money(reserved), at=at)
    dispute.owed_minor -= owed
    dispute.save()


def settle_fee(order: Order, dispute: Dispute, *, at: datetime) -> None:
    """
    As with a refund: the fee that is kept is of what remains paid, and is not owed to the buyer. Below zero
    it was given back twice.
    """
    owed = max(_debt(dispute, applied=True) - dispute.owed_minor, 0)
    remains = (standing_of(dispute.payment).in_books + left_on_voucher(order)).minor - owed
    kept = half_up(Decimal(order.fee_minor) * remains / order.total_minor) if remains > 0 else 0
    booked = about([order.subject], [chart.PLATFORM_FEE])
    fee = -total((part.amount for part in booked), order.currency)
    back = fee - dispute.money(kept)
    if back:
        key = next_key(dispute)
        draft = dispute_recipes.fee_given_back(order.organizer_id, dispute.provider, key, back)
        post_dispute(dispute, draft, at=at)
        dispute.save()


def _ours(dispute: Dispute) -> int:
    """What of a loss neither the organizer nor a debt has paid."""
    return min(dispute.lost_minor, dispute.amount_minor) - dispute.kept_minor


def _part(more: int, held: int, *, first: bool) -> int:
    """Of what is lost; below zero of what came back after it was. More than once we bear ourselves."""
    if more < 0:
        return -min(-more, held)
    return min(more, held) if first else 0


def _held(dispute: Dispute) -> int:
    """What of the payment neither went back nor is taken by another dispute."""
    own = dispute.kept_minor if dispute.state in TAKEN_BACK else 0
    return max(standing_of(dispute.payment).in_books.minor + own, 0)


def _debt(dispute: Dispute, *, applied: bool) -> int:
    """
    What is unapplied of the payment: all it holds when it bought nothing, else refunds that failed, less
    what was sent out of that since, by us or in the provider's dashboard.
    """
    if not applied:
        return _held(dispute)
    payment = dispute.payment
    refunds = _taken_in(payment)
    failed = sum(refund.amount_minor for refund in refunds if refund.state in NOT_GOING_BACK)
    sent = booked(
        "unapplied_refund_requested",
        [f"refund:{refund.pk}" for refund in refunds],
        chart.unapplied(payment.provider),
    )
    others = payment.disputes.filter(state__in=TAKEN_BACK).exclude(pk=dispute.pk)
    taken = sum(others.values_list("owed_minor", flat=True))
    return max(failed - sent - taken, 0)


def _taken_in(payment: Payment) -> list[Refund]:
    """Without those that somebody made at the provider, and `adopt_refund` has not booked yet."""
    refunds = list(payment.refunds.all())
    keys = {f"{kind}:refund:{refund.pk}" for refund in refunds for kind in REQUESTED}
    known = set(Posting.objects.filter(key__in=keys).values_list("key", flat=True))
    return [
        refund
        for refund in refunds
        if refund.purpose or any(f"{kind}:refund:{refund.pk}" in known for kind in REQUESTED)
    ]


def _reserve(order: Order, dispute: Dispute, amount: Money, *, at: datetime) -> None:
    provider, organizer = dispute.provider, order.organizer_id
    pending = pending_of(order.subject, organizer, provider, order.currency)
    draft = dispute_recipes.reserved(
        organizer, provider, next_key(dispute), amount=amount, pending=pending
    )
    post_dispute(dispute, draft, at=at)
    dispute.reserved_minor += amount.minor


def _let_go(order: Order, dispute: Dispute, amount: Money, *, at: datetime) -> None:
    """Where it was taken from. What the sale lacks in available comes first, the rest waits for its release."""
    available = chart.available(order.organizer_id, dispute.provider)
    lacks = total((part.amount for part in about([order.subject], [available])), order.currency)
    to_available = min(amount.minor, max(lacks.minor, 0))
    to_pending = 0 if _is_released(order) else amount.minor - to_available
    draft = dispute_recipes.let_go(
        order.organizer_id,
        dispute.provider,
        next_key(dispute),
        amount=amount,
        to_pending=dispute.money(to_pending),
    )
    post_dispute(dispute, draft, at=at)
    dispute.reserved_minor -= amount.minor


def _is_released(order: Order) -> bool:
    """It stays so: while a dispute runs no sale is released."""
    return Posting.objects.filter(subject=order.subject, kind="release").exists()


def _post_lost(
    order: Order, dispute: Dispute, more: int, reserved: int, owed: int, *, at: datetime
) -> None:
    draft = dispute_recipes.lost(
        order.organizer_id,
        dispute.provider,
        next_key(dispute),
        amount=dispute.money(more),
        reserved=dispute.money(reserved),
        owed=dispute.money(owed),
    )
    post_dispute(dispute, draft, at=at)
