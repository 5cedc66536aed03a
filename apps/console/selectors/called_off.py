"""What calling an event off costs, and how far giving everybody's money back has come."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.core.money import Money, total
from apps.events.models import Event
from apps.ledger.balances import owed
from apps.orders.models import Order, OrderLine, OrderRefund
from apps.orders.refund_parts import contained
from apps.orders.services.called_off import KEY, by_hand, by_itself, to_look_at
from apps.orders.states import UNPAID
from apps.outbox.models import Delivery, DeliveryState
from apps.payments.services.refund import NOT_GOING_BACK
from apps.payments.states import RefundState

SHOWN_MAX = 100
_SENDING = (RefundState.REQUESTED, RefundState.SUBMITTING)


@dataclass(frozen=True, slots=True)
class Cost:
    """orders: whose money goes back by itself. in_hand: what the organizer hands back itself."""

    orders: int
    amount: Money
    fee_back: Money
    in_hand: Money
    owed: Money  # to the organizer, now

    @property
    def yours(self) -> Money:
        return self.amount - self.fee_back

    @property
    def afterwards(self) -> Money:
        return self.owed - self.yours

    @property
    def short(self) -> Money:
        """What the organizer then owes the platform."""
        return max(-self.afterwards, Money.zero(self.owed.currency))


@dataclass(frozen=True, slots=True)
class Stuck:
    order: Order
    error: str
    given_up: bool  # not tried again by itself


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    waiting: int
    unpaid: int
    sending: int  # of those that are done: the provider has not answered yet
    requested: Money  # of the money of those that are done
    arrived: Money
    failed: list[OrderRefund]
    stuck: list[Stuck]
    by_hand: list[Order]
    to_look_at: list[Order]

    @property
    def all(self) -> int:
        return self.done + self.waiting

    @property
    def per_mille(self) -> int:
        return 1000 * self.done // self.all if self.all else 1000

    @property
    def going(self) -> bool:
        return bool(self.waiting or self.unpaid or self.sending)


def cost_of(event: Event) -> Cost:
    currency = event.currency
    amount, fee_back = _standing(by_itself(event) | to_look_at(event))
    in_hand, _fee = _standing(by_hand(event))
    ours = [one for one in owed(event.organizer_id) if one.pending.currency == currency]
    return Cost(
        orders=by_itself(event).count(),
        amount=Money(amount, currency),
        fee_back=Money(fee_back, currency),
        in_hand=Money(in_hand, currency),
        owed=total((one.pending + one.available for one in ours), currency),
    )


def progress_of(event: Event) -> Progress:
    decided = OrderRefund.objects.filter(order__event=event, key=KEY)
    by_state = {
        row["refund__state"]: (row["n"], row["minor"])
        for row in decided.values("refund__state")
        .order_by()
        .annotate(n=Count("pk"), minor=Sum("amount_minor"))
    }
    failed = decided.filter(refund__state__in=NOT_GOING_BACK)
    return Progress(
        done=sum(n for n, _minor in by_state.values()),
        waiting=by_itself(event).count(),
        unpaid=Order.objects.filter(event=event, state__in=UNPAID).count(),
        sending=sum(by_state.get(state, (0, 0))[0] for state in _SENDING),
        requested=Money(sum(minor for _n, minor in by_state.values()), event.currency),
        arrived=Money(by_state.get(RefundState.SUCCEEDED, (0, 0))[1], event.currency),
        failed=list(failed.select_related("order__event", "refund").order_by("pk")[:SHOWN_MAX]),
        stuck=_stuck(event),
        by_hand=_shown(by_hand(event)),
        to_look_at=_shown(to_look_at(event)),
    )


def troubles_of(event: Event) -> QuerySet[Delivery]:
    """Messages about its orders that were tried in vain."""
    tried = Delivery.objects.filter(
        message__topic="order.called_off", message__payload__event=event.pk, attempts__gt=0
    )
    return tried.exclude(state=DeliveryState.DONE).order_by("pk")


def _stuck(event: Event) -> list[Stuck]:
    tried = list(troubles_of(event).select_related("message")[:SHOWN_MAX])
    orders = Order.objects.select_related("event").in_bulk([d.message.payload["id"] for d in tried])
    return [
        Stuck(
            orders[delivery.message.payload["id"]],
            delivery.last_error.strip().splitlines()[-1] if delivery.last_error.strip() else "",
            delivery.state == DeliveryState.PARKED,
        )
        for delivery in tried
    ]


def _shown(orders: QuerySet[Order]) -> list[Order]:
    return list(orders.select_related("event").order_by("pk")[:SHOWN_MAX])


def _standing(orders: QuerySet[Order]) -> tuple[int, int]:
    """What all their standing tickets bring back, and the platform's fee with it, line by line."""
    lines = OrderLine.objects.filter(order__in=orders.values("pk")).annotate(
        given=Coalesce(Sum("refund_lines__amount_minor"), 0),
        kept=Coalesce(Sum("refund_lines__kept_minor"), 0),
    )
    amount = fee = 0
    for paid, whole_fee, given, kept in lines.values_list(
        "total_minor", "fee_minor", "given", "kept"
    ):
        amount += paid - given - kept
        fee += contained(whole_fee, paid, paid - given) - contained(whole_fee, paid, kept)
    return amount, fee
