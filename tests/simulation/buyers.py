"""What buyers do, also on pages that were left open, also twice. Each says what it did it to."""

from __future__ import annotations

from apps.orders.models import Order
from apps.orders.services.cancel import cancel
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from apps.payments.states import PaymentState
from tests.buying import Buyer
from tests.simulation.life import Life

PAYING = {
    Kind.STRIPE: ("pay", "pay", "pay", "decline", "pay_later", "pay_later_in_vain"),
    Kind.PAYPAL: ("approve", "approve", "approve", "declined", "echeck", "echeck_bounces"),
}


def chooses(life: Life) -> str:
    buyer = Buyer(life.shop)
    heads = life.chance.randint(1, 3)
    order = buyer.fills_in(buyer.chooses(heads, at=life.at), at=life.at)
    return f"order {order.pk}, {heads} tickets"


def goes_to_pay(life: Life) -> str:
    order = life.some(Order.objects.unpaid())
    if order is None:
        return ""
    provider = life.one_of([Kind.STRIPE, Kind.PAYPAL])
    payment = Buyer(life.shop).goes_to(provider, order, at=life.at)
    return f"order {order.pk} with payment {payment.pk} at {provider}"


def pays(life: Life) -> str:
    """Also of orders that are long over."""
    payment = life.some(Payment.objects.exclude(provider_id=""))
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
    buyer = Buyer(life.shop)
    order = buyer.fills_in(buyer.chooses(life.chance.randint(1, 3), at=life.at), at=life.at)
    provider = life.one_of([Kind.STRIPE, Kind.PAYPAL])
    payment = buyer.goes_to(provider, order, at=life.at)
    buyer.pays(payment)
    order = buyer.comes_back(payment, at=life.at)
    return f"order {order.pk} at {provider}: {order.state}"


def cancels(life: Life) -> str:
    order = life.some(Order.objects.unpaid())
    if order is None:
        return ""
    cancel(order, actor="browser", reason="", at=life.at)
    return f"order {order.pk}"


def goes_to_the_bank(life: Life) -> str:
    """Also over money that went back, or bought nothing; perhaps twice."""
    payment = life.some(Payment.objects.filter(state=PaymentState.CAPTURED))
    if payment is None:
        return ""
    own = payment.ids.get("session") or payment.ids["order"]
    how = life.one_of(["dispute", "dispute", "inquiry"])
    life.shop.sandbox.do("dispute", payment=own, how=how)
    return f"payment {payment.pk}: {how}"
