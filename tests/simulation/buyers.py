"""What buyers do, also on pages that were left open, also twice. Each says what it did it to."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from apps.events.models import Event
from apps.orders.buyers import browser_buyer
from apps.orders.models import Order
from apps.orders.services.cancel import cancel
from apps.orders.services.change_code import change_code
from apps.orders.services.details import Details, save_details
from apps.orders.services.place import Circumstances, Selection, place
from apps.orders.services.return_tickets import return_tickets, returnable
from apps.orders.services.start_payment import finish_free
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from apps.payments.states import PaymentState
from apps.tickets.models import Ticket
from tests.buying import Buyer
from tests.simulation import vouchers
from tests.simulation.life import PAID, Life

CODES = (*[""] * 7, "welcome10", "welcome10", "five", "five", "guest")
ADDRESSES = ("ada@example.org", "bob@example.org", "eve@example.org")
PAYING = {
    Kind.STRIPE: ("pay", "pay", "pay", "decline", "pay_later", "pay_later_in_vain"),
    Kind.PAYPAL: ("approve", "approve", "approve", "declined", "echeck", "echeck_bounces"),
}
AT_THE_BANK = {Kind.STRIPE: ("warn_of_fraud",), Kind.PAYPAL: ("reverse",)}


def chooses(life: Life) -> str:
    order = _orders(life)
    return f"order {order.pk}, {order.total_minor}"


def goes_to_pay(life: Life) -> str:
    order = life.begun_order()
    return _goes_to_pay(life, order)[0] if order else ""


def pays(life: Life) -> str:
    """Also for orders that are long over, or twice."""
    begun = Payment.objects.exclude(provider_id="")
    waiting = begun.filter(state=PaymentState.AWAITING_BUYER)
    payment = life.some(waiting if life.perhaps(0.7) else begun)
    if payment is None:
        return ""
    how = life.one_of(PAYING[Kind(payment.provider)])
    Buyer(life.shop).pays(payment, how)
    return f"payment {payment.pk}: {how}"


def comes_back(life: Life) -> str:
    payment = life.some(Payment.objects.all())
    if payment is None:
        return ""
    order = Buyer(life.shop).comes_back(payment, at=life.at)
    return f"payment {payment.pk}: order {order.pk} is {order.state}"


def buys(life: Life) -> str:
    """Straight through, as most do."""
    said, payment = _goes_to_pay(life, _orders(life))
    if payment is None:
        return said
    buyer = Buyer(life.shop)
    buyer.pays(payment)
    order = buyer.comes_back(payment, at=life.at)
    return f"{said}: {order.state}"


def enters_another_code(life: Life) -> str:
    order = life.begun_order()
    if order is None:
        return ""
    typed = life.one_of(CODES)
    new = change_code(order, typed, Details(order.email, order.name), at=life.at)
    save_details(new, Details(order.email, order.name), at=life.at)
    return f"order {order.pk} with {typed!r} is order {new.pk}, {new.total_minor}"


def gives_tickets_back(life: Life) -> str:
    """Sees what comes back, and confirms it; perhaps twice."""
    order = life.some(Order.objects.filter(state__in=PAID).select_related("event"))
    if order is None:
        return ""
    offered = [row for row in returnable(order, went_in=_nobody, at=life.at) if not row.no]
    if not offered:
        return ""
    chosen = life.chance.sample(offered, life.chance.randint(1, len(offered)))
    units, key = {row.unit.pk for row in chosen}, f"buyer:{life.chance.random()}"
    made = return_tickets(order, units, key=key, went_in=_nobody, at=life.at)
    if life.perhaps(0.3):
        assert return_tickets(order, units, key=key, went_in=_nobody, at=life.at) == made
    quoted = sum(row.back.minor for row in chosen)
    return f"{len(units)} of order {order.pk}: {made.amount_minor}, as quoted {quoted}"


def cancels(life: Life) -> str:
    order = life.begun_order()
    if order is None:
        return ""
    cancel(order, actor="browser", reason="", at=life.at)
    return f"order {order.pk}"


def goes_to_the_bank(life: Life) -> str:
    """Also over money that went back, or bought nothing; perhaps twice."""
    payment = life.somebodys_payment()
    if payment is None:
        return ""
    own = payment.ids.get("session") or payment.ids["order"]
    how = life.one_of(
        ["dispute", "dispute", "dispute", "inquire", *AT_THE_BANK[Kind(payment.provider)]]
    )
    life.shop.sandbox.do(how, payment=own)
    return f"payment {payment.pk}: {how}"


def _orders(life: Life) -> Order:
    """One kind of ticket or both, perhaps with a code, as a page of now shows them."""
    event = Event.objects.select_related("organizer").get(pk=life.shop.event.pk)
    kinds = list(event.variants.order_by("pk"))
    heads = {
        kind.pk: life.chance.randint(1, 2) for kind in life.one_of([kinds[:1], kinds[1:], kinds])
    }
    selection = Selection(event, heads, life.one_of(CODES), vouchers.code_of_some(life))
    buyer = browser_buyer(uuid.uuid4(), address="203.0.113.7")
    order = place(selection, buyer, Circumstances(), at=life.at)
    save_details(order, Details(life.one_of(ADDRESSES), "Ada Byron"), at=life.at)
    return order


def _goes_to_pay(life: Life, order: Order) -> tuple[str, Payment | None]:
    if not order.due:
        paid = finish_free(order, at=life.at)
        return f"order {order.pk} is {paid.state} for {paid.voucher_minor} of a voucher", None
    provider = life.one_of([Kind.STRIPE, Kind.PAYPAL])
    payment = Buyer(life.shop).goes_to(provider, order, at=life.at)
    return f"order {order.pk} with payment {payment.pk} at {provider}", payment


def _nobody(_tickets: Sequence[Ticket]) -> frozenset[int]:
    """Went in."""
    return frozenset()
