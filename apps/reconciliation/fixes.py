"""
What each fix does, one table: it calls the services that exist. Each is safe to do twice, so that one
that was killed half-way is simply accepted again.
"""

# ruff: noqa: ARG001 - every fix is asked with the same words, needed or not

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import transaction

from apps.core.money import Money
from apps.ledger import chart
from apps.orders.models import Order, OrderPayment
from apps.orders.selectors import left_to_give_back
from apps.orders.services.apply_by_hand import apply_by_hand
from apps.orders.services.dispute import look_at_disputes
from apps.orders.services.give_back import Giving, standing_units
from apps.orders.services.refund import Amount
from apps.orders.services.refund import refund as refund_order
from apps.orders.services.refund_suspect import refund_suspect
from apps.orders.services.send_back import send_back
from apps.orders.services.settle import conclude, settle
from apps.payments.gateways.balances import LineKind
from apps.payments.gateways.base import Attempt
from apps.payments.models import Dispute, Payment, Refund
from apps.payments.services.answer_dispute import accept as accept_dispute
from apps.payments.services.reconcile_refunds import reconcile_refunds
from apps.payments.services.refund import left_to_refund
from apps.payments.services.submit_refund import look_up_refund
from apps.payments.states import PaymentState
from apps.payouts.models import Payout
from apps.payouts.services.look import look as look_at_payout
from apps.payouts.services.resolve import found, not_found
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.models import BalanceLine, Case
from apps.reconciliation.services.correct import correct, suspense
from apps.reconciliation.services.transfer import Moved, book_transfer

Doing = Callable[[Case, str, str, datetime], None]  # case, actor, reason, at

_NAMESPACE = uuid.UUID("6d1b2f0c-58c7-4a36-9f0e-0a3d1c9a7e11")


def ask(case: Case, actor: str, reason: str, at: datetime) -> None:
    """What is true now is read from the provider, and what follows is done as after a webhook."""
    if "payout" in case.story:
        _ask_of_payout(Payout.objects.get(pk=case.story["payout"]), actor=actor, at=at)
    elif "refund" in case.story:
        refund = Refund.objects.select_related("payment").get(pk=case.story["refund"])
        look_up_refund(refund, at=at)
    elif case.story["told"] == "dispute":
        look_at_disputes(Payment.objects.get(pk=case.story["payment"]), at=at)
    else:
        payment = Payment.objects.get(pk=case.story["payment"])
        settle(payment, actor=actor, at=at)
        _take_fee_from_statement(payment, actor=actor, at=at)


def finish(case: Case, actor: str, reason: str, at: datetime) -> None:
    payment = Payment.objects.get(pk=case.story["payment"])
    apply_by_hand(payment, actor=actor, reason=reason or f"case {case.pk}", at=at)


def send_money_back(case: Case, actor: str, reason: str, at: datetime) -> None:
    send_back(Payment.objects.get(pk=case.story["payment"]), actor=actor, at=at)


def adopt(case: Case, actor: str, reason: str, at: datetime) -> None:
    """As a webhook of it would have done; the order's side follows by the outbox."""
    reconcile_refunds(Payment.objects.get(pk=case.story["payment"]), at=at)


def rebook(case: Case, actor: str, reason: str, at: datetime) -> None:
    """The books say what the provider says."""
    if case.kind == Kind.FEE_DIFFERS:
        change = Money(case.story["ours"] - case.story["theirs"], case.currency)
        _correct(case, chart.provider_fee(case.provider), change, at=at)
    elif "payout" in case.story:
        _rebook_payout(case, at=at)
    elif "refund" in case.story:
        ours, theirs = _sums(case)
        _correct(case, suspense(case), *_apart(-theirs, -ours), at=at)
    else:
        _rebook_payment(case, at=at)


def book_fee(case: Case, actor: str, reason: str, at: datetime) -> None:
    _correct(case, chart.provider_fee(case.provider), case.amount, at=at)


def book_as_transfer(case: Case, actor: str, reason: str, at: datetime) -> None:
    line = BalanceLine.objects.get(pk=case.story["line"])
    key = uuid.uuid5(_NAMESPACE, f"{line.provider}:{line.provider_id}")
    moved = Moved(line.provider, -line.net, line.at.date(), key, reason[:200])
    with transaction.atomic():
        transfer = book_transfer(moved, actor=actor, at=at)
        BalanceLine.objects.filter(pk=line.pk, transfer=None).update(transfer=transfer)


def suspend(case: Case, actor: str, reason: str, at: datetime) -> None:
    _correct(case, suspense(case), _difference(case), at=at)


def write_off(case: Case, actor: str, reason: str, at: datetime) -> None:
    _correct(case, chart.loss(case.provider), _difference(case), at=at)


def not_sent(case: Case, actor: str, reason: str, at: datetime) -> None:
    why = reason or f"case {case.pk}: not on the statement"
    not_found(Payout.objects.get(pk=case.story["payout"]), actor=actor, reason=why, at=at)


def accept_loss(case: Case, actor: str, reason: str, at: datetime) -> None:
    accept_dispute(Dispute.objects.get(pk=case.story["dispute"]), actor=actor, at=at)


def refund_all(case: Case, actor: str, reason: str, at: datetime) -> None:
    """Also what an earlier refund had kept, and of what became a better ticket: a bank would take all of it."""
    order = Order.objects.get(pk=case.story["order"])
    giving = Giving(actor, reason or f"case {case.pk}")
    standing = standing_units(order)
    if standing:
        refund_suspect(order, giving, at=at)
    payment = Payment.objects.get(pk=case.story["payment"])
    kept = min(left_to_give_back(order), left_to_refund(payment))
    if kept or not standing:
        refund_order(order, Amount(kept), giving, at=at)


FIXES: Mapping[Fix, Doing] = {
    Fix.ASK: ask,
    Fix.FINISH: finish,
    Fix.SEND_BACK: send_money_back,
    Fix.ADOPT: adopt,
    Fix.REBOOK: rebook,
    Fix.BOOK_FEE: book_fee,
    Fix.BOOK_TRANSFER: book_as_transfer,
    Fix.SUSPEND: suspend,
    Fix.WRITE_OFF: write_off,
    Fix.NOT_SENT: not_sent,
    Fix.ACCEPT_LOSS: accept_loss,
    Fix.REFUND: refund_all,
}


def _ask_of_payout(payout: Payout, *, actor: str, at: datetime) -> None:
    """One whose answer was lost is named by its line on the statement."""
    line = BalanceLine.objects.filter(payout=payout, kind=LineKind.PAYOUT).first()
    if payout.outcome_unknown and line is not None and line.ids:
        found(payout, line.ids, actor=actor, at=at)
    else:
        look_at_payout(payout, at=at)


def _difference(case: Case) -> Money:
    """How much more than booked the provider holds."""
    told, amount = case.story["told"], case.amount
    if case.kind == Kind.ORDER_WITHOUT_MONEY:
        return Money(case.story["fee"], case.currency) - amount
    if case.kind == Kind.PAYOUT_DIFFERS and told == "not_there":
        return amount + Money(case.story["our_fee"], case.currency)
    if case.kind == Kind.REFUND_MISSING and told == "made_there":
        return -amount
    return amount


def _rebook_payment(case: Case, *, at: datetime) -> None:
    """
    What bought nothing is owed to the buyer as it came; what bought an order is ours to bear. So is what the
    provider exchanged: it gives back what the buyer paid, in the currency they paid in.
    """
    ours, theirs = _sums(case)
    payment = Payment.objects.get(pk=case.story["payment"])
    joined = OrderPayment.objects.filter(payment=payment).first()
    if joined is not None and not joined.applied and theirs.currency == ours.currency:
        against, about = chart.unapplied(case.provider), payment.purpose
    else:
        against, about = suspense(case), ""
    with transaction.atomic():
        correct(case, against, *_apart(theirs, ours), about=about, at=at)
        if theirs.currency != ours.currency:
            _exchange_fee(case, about=about, at=at)


def _exchange_fee(case: Case, *, about: str, at: datetime) -> None:
    """It was kept in the currency that came, however it was booked; of the same one FEE_DIFFERS tells."""
    ours = Money(case.story["our_fee"], case.currency)
    theirs = Money(case.story["their_fee"], case.story["their_currency"])
    changes = [change for change in (-theirs, ours) if change]
    if changes:
        fee = chart.provider_fee(case.provider)
        correct(case, fee, *changes, part="fee", about=about, at=at)


def _rebook_payout(case: Case, *, at: datetime) -> None:
    """A payout that cost another fee; one of another sum needs explaining."""
    ours, theirs = _sums(case)
    fee = Money(case.story["our_fee"] - case.story["their_fee"], case.currency)
    same = ours == theirs
    against = chart.payout_fee(case.provider) if same else suspense(case)
    changes = (fee,) if same else _apart(-theirs + fee, -ours)
    _correct(case, against, *changes, at=at)


def _sums(case: Case) -> tuple[Money, Money]:
    """Ours and theirs."""
    ours = Money(case.story["ours"], case.currency)
    return ours, Money(case.story["theirs"], case.story["their_currency"])


def _apart(theirs: Money, ours: Money) -> tuple[Money, ...]:
    """The change from ours to theirs, which may be in two currencies."""
    return (theirs - ours,) if theirs.currency == ours.currency else (theirs, -ours)


def _correct(
    case: Case, against: chart.Code, *changes: Money, about: str = "", at: datetime
) -> None:
    with transaction.atomic():
        correct(case, against, *changes, about=about, at=at)


def _take_fee_from_statement(payment: Payment, *, actor: str, at: datetime) -> None:
    """The provider still does not tell it of the payment, but its statement has it."""
    line = BalanceLine.objects.filter(payment=payment, kind="payment").order_by("pk").first()
    payment.refresh_from_db()
    if line is None or payment.fee_minor is not None or payment.state != PaymentState.CAPTURED:
        return
    fee = Money(line.fee_minor, line.currency)
    conclude(payment, Attempt(PaymentState.CAPTURED, payment.ids, fee=fee), actor=actor, at=at)
