"""Gift vouchers: issued, paid with in parts and beside a provider, lost, replaced, run out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Sum

from apps.core.money import Money
from apps.core.transitions import IllegalTransition
from apps.ledger.chart import PROVIDERS
from apps.orders.models import Order, OrderRefund
from apps.orders.services.put_voucher import put_voucher, take_voucher_off
from apps.vouchers.balances import rests_of
from apps.vouchers.keys import code_of
from apps.vouchers.models import SPENT, GiftVoucher, VoucherHold
from apps.vouchers.services.block import block, replace
from apps.vouchers.services.expire import expire_due
from apps.vouchers.services.issue import issue
from apps.vouchers.services.take_back import NotTheirs, take_back
from apps.vouchers.services.write_voucher import NewVoucher, Recipient
from apps.vouchers.states import UNFINISHED, Origin, VoucherState
from tests.simulation.life import PAID, Life

WORTH = (500, 2000, 2000, 10_000)
THEIR_TIME = timedelta(days=4 * 366)
OVER = (VoucherState.EXPIRED, VoucherState.TAKEN_BACK)  # what was left is the organizer's again
ADA = Recipient("Ada", "ada@example.org")


def one_is_issued(life: Life) -> str:
    """Of what the organizer could be paid out."""
    provider = life.one_of(PROVIDERS)
    worth = Money(life.one_of(WORTH) * life.coin, life.currency)
    new = NewVoucher(life.shop.organizer, provider, worth)
    voucher = issue(new, ADA, actor="user:1", at=life.at)
    return f"voucher {voucher.pk} of {worth.minor} at {provider}"


def is_put_on(life: Life) -> str:
    """An order, also beside what was begun to be paid."""
    order = life.begun_order()
    voucher = life.some(GiftVoucher.objects.all())
    if order is None or voucher is None:
        return ""
    paid = put_voucher(order, code_of(voucher), at=life.at)
    return f"voucher {voucher.pk} pays {paid.voucher_minor} of order {order.pk}"


def is_taken_off(life: Life) -> str:
    order = life.some(Order.objects.unpaid().exclude(voucher=None))
    if order is None:
        return ""
    take_voucher_off(order, at=life.at)
    return f"order {order.pk}"


def is_blocked(life: Life) -> str:
    """Whoever holds it lost it."""
    voucher = life.some(GiftVoucher.objects.filter(state=VoucherState.LIVE))
    if voucher is None:
        return ""
    try:
        block(voucher, reason="stolen", actor="user:1", at=life.at)
    except IllegalTransition:  # a second worker was quicker
        return f"voucher {voucher.pk} is blocked already"
    return f"voucher {voucher.pk}"


def is_replaced(life: Life) -> str:
    voucher = life.some(
        GiftVoucher.objects.exclude(state=VoucherState.EXPIRED).filter(replaced_by=None)
    )
    if voucher is None:
        return ""
    other = replace(voucher, ADA, reason="lost", actor="user:1", at=life.at)
    return f"voucher {voucher.pk} by voucher {other.pk} of {other.face_minor}"


def is_taken_back(life: Life) -> str:
    """It was issued by mistake; what was paid with it stays paid."""
    voucher = life.some(GiftVoucher.objects.filter(state__in=UNFINISHED))
    if voucher is None:
        return ""
    try:
        back = take_back(voucher, reason="a nought too many", actor="user:1", at=life.at)
    except NotTheirs:
        return f"not voucher {voucher.pk}: a buyer paid for it"
    return f"{back.minor} of voucher {voucher.pk}"


def their_time_is_up(life: Life) -> str:
    """Years later; one that somebody is paying with waits."""
    done = expire_due(at=life.at + THEIR_TIME)
    return f"of {done}" if done else ""


def code_of_some(life: Life) -> str:
    """What a buyer types at the selection; "": nothing."""
    voucher = life.some(GiftVoucher.objects.filter(state=VoucherState.LIVE))
    return code_of(voucher) if voucher is not None and life.perhaps(0.5) else ""


def flaws(life: Life) -> Iterator[tuple[str, object]]:
    """By what orders say, not the books: nobody was given more than was issued, and nothing is held."""
    vouchers = list(GiftVoucher.objects.order_by("pk"))
    rests = {pk: money.minor for pk, money in rests_of(vouchers).items()}
    issued = sum(v.face_minor for v in vouchers if v.origin == Origin.ISSUED)
    spent = _sum(Order.objects.filter(state__in=PAID).aggregate(of=Sum("voucher_minor")))
    back = _sum(OrderRefund.objects.aggregate(of=Sum("voucher_minor")))
    left, over = issued - spent + back, any(v.state in OVER for v in vouchers)
    if min(rests.values(), default=0) < 0 or sum(rests.values()) > left:
        yield "paid twice with a voucher", f"{left} of {issued} should be left: {rests}"
    if not over and sum(rests.values()) < left:
        yield "lost on a voucher", f"{left} of {issued} should be left: {rests}"
    held = VoucherHold.objects.filter(held_until__gt=life.true, held_until__lt=SPENT)
    yield from (("still held of a voucher", hold.pk) for hold in held)


def _sum(found: dict[str, int | None]) -> int:
    return found["of"] or 0
