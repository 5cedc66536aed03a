"""A sale and its refund in the books, by where the money lies: at a provider, or in the organizer's hand."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.selectors import payable_methods
from apps.core.money import Money
from apps.ledger import chart, recipes
from apps.ledger.balances import about, pending_of
from apps.ledger.chart import Code
from apps.ledger.draft import Draft
from apps.ledger.post import post
from apps.orders.models import Order, OrderRefund
from apps.orders.services.book_voucher import book_voucher_refund, book_voucher_sale
from apps.payments.gateways.base import Kind
from apps.payments.gateways.offline import Method
from apps.payments.models import Payment, Refund


def book_sale(order: Order, payment: Payment | None, *, at: datetime) -> None:
    """payment: None when a gift voucher pays it all."""
    if order.voucher_id is not None:
        out_of = chart.clearing(payment.provider) if payment is not None else None
        book_voucher_sale(order, payment, out_of=out_of, at=at)
        if payment is not None:
            pass_on_provider_fee(order, payment, at=at)
        return
    if payment is None:
        raise ValueError("nothing was paid")
    if payment.provider == Kind.OFFLINE:
        post(_own_sale(order, payment), subject=order.subject, at=at)
        return
    organizer, provider, key = order.organizer_id, payment.provider, f"order:{order.pk}"
    sale = recipes.sale(organizer, provider, key, gross=order.total, fee=order.fee)
    post(sale, subject=order.subject, at=at)
    _release_at_sale(order, payment, at=at)
    pass_on_provider_fee(order, payment, at=at)


def book_unapplied(order: Order, payment: Payment, *, at: datetime) -> None:
    """Money that was owed to the buyer bought the order after all."""
    if order.voucher_id is not None:
        out_of = chart.unapplied(payment.provider)
        book_voucher_sale(order, payment, out_of=out_of, kind="unapplied_applied", at=at)
        pass_on_provider_fee(order, payment, at=at)
        return
    organizer, provider, key = order.organizer_id, payment.provider, f"order:{order.pk}"
    sale = recipes.unapplied_applied(organizer, provider, key, gross=order.total, fee=order.fee)
    post(sale, subject=order.subject, at=at)
    _release_at_sale(order, payment, at=at)
    pass_on_provider_fee(order, payment, at=at)


def pass_on_provider_fee(order: Order, payment: Payment, *, at: datetime) -> None:
    """
    Needs the order's row locked, and a payment that bought it. Again is nothing new.

    Only where the order was placed on terms that say so, and once the fee is known.
    """
    if not order.passes_provider_fee or not payment.fee_minor:
        return
    organizer, provider = order.organizer_id, payment.provider
    passed_on = recipes.provider_fee_passed_on(
        organizer,
        provider,
        f"payment:{payment.pk}",
        fee=Money(payment.fee_minor, payment.currency),
        pending=pending_of(order.subject, organizer, provider, order.currency),
    )
    post(passed_on, subject=order.subject, at=at)


def give_back_provider_fee(order: Order, refund: Refund, *, at: datetime) -> None:
    """What the provider gave back of its fee with a refund goes to whom had borne it."""
    returned = Money(refund.fee_returned_minor, refund.amount.currency)
    if not order.passes_provider_fee or not returned:
        return
    given_back = recipes.provider_fee_given_back(
        order.organizer_id, refund.payment.provider, f"refund:{refund.pk}", returned
    )
    post(given_back, subject=order.subject, at=at)


def _release_at_sale(order: Order, payment: Payment, *, at: datetime) -> None:
    organizer, provider, key = order.organizer_id, payment.provider, f"order:{order.pk}"
    if order.organizer.release_at_sale:
        release = recipes.release(organizer, provider, key, amount=order.total - order.fee)
        post(release, subject=order.subject, at=at)


def book_refund(decided: OrderRefund, *, out_of: Code | None, at: datetime) -> None:
    """
    Needs the order's row locked, and a refund that was asked for, or a gift voucher that gets it.

    out_of: the till it was taken from, for the organizer's own money; None: beside its tills.
    """
    order, refund = decided.order, decided.refund
    if decided.voucher_id is not None:
        book_voucher_refund(decided, at=at)
        return
    if refund is None:
        raise ValueError("no money goes back")
    if refund.payment.provider == Kind.OFFLINE:
        _book_own_refund(decided, f"refund:{refund.pk}", out_of, at=at)
        return
    provider = refund.payment.provider
    requested = recipes.refund_requested(
        organizer=order.organizer_id,
        provider=provider,
        key=f"refund:{refund.pk}",
        amount=decided.amount,
        fee_back=decided.fee_back,
        pending=pending_of(order.subject, order.organizer_id, provider, order.currency),
    )
    post(requested, subject=order.subject, at=at)


def hand(organizer: int, device: int, method: Method) -> Code:
    """Where the organizer's own money lies at a device."""
    account = chart.till if method == Method.CASH else chart.terminal
    return account(organizer, device)


def _own_sale(order: Order, payment: Payment) -> Draft:
    method, device = Method(payment.ids["method"]), int(payment.ids["device"])
    return recipes.own_sale(
        order.organizer_id,
        hand(order.organizer_id, device, method),
        _pays_fees_at(order),
        f"order:{order.pk}",
        gross=order.total,
        fee=order.fee,
    )


def _book_own_refund(decided: OrderRefund, key: str, out_of: Code | None, *, at: datetime) -> None:
    order, fee_back, draft = decided.order, decided.fee_back, None
    provider = _fee_lies_at(order)
    if out_of is not None:
        draft = recipes.own_refund(
            order.organizer_id, out_of, provider, key, amount=decided.amount, fee_back=fee_back
        )
    elif fee_back:
        draft = recipes.own_fee_given_back(order.organizer_id, provider, key, fee_back)
    if draft is not None:
        post(draft, subject=order.subject, at=at)


def _pays_fees_at(order: Order) -> str:
    """
    The fee for money we never hold comes out of what we owe the organizer: where it is paid out.
    Below zero there, the organizer owes us.
    """
    payable = {method.provider for method in payable_methods(order.organizer)}
    return next((p for p in chart.PROVIDERS if p in payable), chart.PROVIDERS[0])


def _fee_lies_at(order: Order) -> str:
    """Where the sale took it from, whatever is paid out where today."""
    accounts = {chart.available(order.organizer_id, p): p for p in chart.PROVIDERS}
    booked = [part for part in about([order.subject], list(accounts)) if part.amount.minor > 0]
    return accounts[booked[0].code] if booked else _pays_fees_at(order)
