"""Every way to pay and to be paid, by name."""

from __future__ import annotations

from collections.abc import Mapping

from apps.core.money import Money
from apps.payments.gateways import free, offline, paypal, stripe
from apps.payments.gateways.balances import BalanceGateway
from apps.payments.gateways.base import Kind, NoticeGateway, PaymentGateway, PayoutGateway
from apps.payments.gateways.disputes import DisputeGateway
from apps.payments.gateways.errors import Unsupported
from apps.payments.gateways.paypal import disputes as paypal_disputes
from apps.payments.gateways.paypal import payouts as paypal_payouts
from apps.payments.gateways.stripe import disputes as stripe_disputes
from apps.payments.gateways.stripe import payouts as stripe_payouts

GATEWAYS: Mapping[str, PaymentGateway] = {
    Kind.STRIPE: stripe,
    Kind.PAYPAL: paypal,
    Kind.OFFLINE: offline,
    Kind.FREE: free,
}
NOTICE_GATEWAYS: Mapping[str, NoticeGateway] = {Kind.STRIPE: stripe, Kind.PAYPAL: paypal}
BALANCE_GATEWAYS: Mapping[str, BalanceGateway] = {Kind.STRIPE: stripe, Kind.PAYPAL: paypal}
PAYOUT_GATEWAYS: Mapping[str, PayoutGateway] = {
    Kind.STRIPE: stripe_payouts,
    Kind.PAYPAL: paypal_payouts,
}
DISPUTE_GATEWAYS: Mapping[str, DisputeGateway] = {
    Kind.STRIPE: stripe_disputes,
    Kind.PAYPAL: paypal_disputes,
}
# In the order in which a buyer sees them.
_LEAST_MAX = 20_000  # minor units; the largest smallest amount is 175 forint
ONLINE = (Kind.STRIPE, Kind.PAYPAL)


def offered(total: Money) -> list[Kind]:
    """The providers a buyer may choose from for this amount."""
    return [kind for kind in ONLINE if _takes(kind, total)]


def set_up() -> list[Kind]:
    """The providers this shop has credentials of: nobody else can be asked."""
    return [kind for kind in ONLINE if NOTICE_GATEWAYS[kind].is_set_up()]


def least(currency: str) -> Money | None:
    """The smallest amount some provider takes; None: there is none."""
    sums = (Money(minor, currency) for minor in range(1, _LEAST_MAX))
    return next((amount for amount in sums if offered(amount)), None)


def _takes(kind: Kind, total: Money) -> bool:
    try:
        GATEWAYS[kind].check(total)
    except Unsupported:
        return False
    return True
