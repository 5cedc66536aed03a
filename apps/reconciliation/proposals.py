"""Which fixes fit a difference; the first is proposed. Read from our rows, nothing is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.orders.models import Order
from apps.orders.services.apply_by_hand import why_not
from apps.payments.models import Payment
from apps.reconciliation.kinds import Fix, Kind

# By kind and how it was told.
_FIXES: dict[tuple[Kind, str], tuple[Fix, ...]] = {
    (Kind.PAID_WITHOUT_ORDER, "not_heard"): (Fix.ASK,),
    (Kind.PAID_WITHOUT_ORDER, "owed"): (Fix.FINISH, Fix.SEND_BACK),
    (Kind.ORDER_WITHOUT_MONEY, "no_money"): (Fix.ASK, Fix.WRITE_OFF),
    (Kind.AMOUNT_DIFFERS, "payment"): (Fix.REBOOK,),
    (Kind.AMOUNT_DIFFERS, "refund"): (Fix.REBOOK,),
    (Kind.FEE_DIFFERS, "fee"): (Fix.REBOOK,),
    (Kind.FEE_UNKNOWN, "no_fee"): (Fix.ASK,),
    (Kind.REFUND_MISSING, "made_there"): (Fix.ADOPT, Fix.SUSPEND),
    (Kind.REFUND_MISSING, "not_there"): (Fix.ASK, Fix.SUSPEND),
    (Kind.REFUND_MISSING, "came_back"): (Fix.ASK,),
    (Kind.REFUND_MISSING, "stuck"): (Fix.ASK,),
    (Kind.REFUND_MISSING, "not_arrived"): (Fix.ASK,),
    (Kind.REFUND_MISSING, "failed"): (Fix.SEND_BACK,),
    (Kind.PAYOUT_DIFFERS, "item"): (Fix.REBOOK,),
    (Kind.PAYOUT_DIFFERS, "left"): (Fix.ASK,),
    (Kind.PAYOUT_DIFFERS, "back"): (Fix.ASK,),
    (Kind.PAYOUT_DIFFERS, "part_back"): (Fix.SUSPEND,),
    (Kind.PAYOUT_DIFFERS, "not_there"): (Fix.ASK, Fix.SUSPEND),
    (Kind.PAYOUT_DIFFERS, "unknown"): (Fix.NOT_SENT,),
    (Kind.UNKNOWN_MONEY, "fee"): (Fix.BOOK_FEE, Fix.SUSPEND),
    (Kind.UNKNOWN_MONEY, "bank"): (Fix.BOOK_TRANSFER, Fix.SUSPEND),
    (Kind.UNKNOWN_MONEY, "dispute"): (Fix.ASK, Fix.SUSPEND, Fix.WRITE_OFF),
    (Kind.BALANCE_DIFFERS, "balance"): (Fix.SUSPEND, Fix.WRITE_OFF),
    # Evidence needs words: it is written on the dispute's own page.
    (Kind.DISPUTE_UNANSWERED, "disputed"): (Fix.ACCEPT_LOSS,),
    (Kind.DISPUTE_UNANSWERED, "due_soon"): (Fix.ACCEPT_LOSS,),
    (Kind.DISPUTE_UNANSWERED, "asked"): (),
    (Kind.DISPUTE_UNANSWERED, "refused"): (),
    (Kind.FRAUD_WARNING, "warned"): (Fix.REFUND,),
}
_ANYTHING_ELSE = (Fix.SUSPEND, Fix.WRITE_OFF)


def fixes_for(kind: Kind, story: Mapping[str, Any]) -> tuple[Fix, ...]:
    fixes = _FIXES.get((kind, story["told"]), _ANYTHING_ELSE)
    if Fix.FINISH in fixes and not _can_finish(story):
        return tuple(fix for fix in fixes if fix != Fix.FINISH)
    if Fix.ASK in fixes and kind == Kind.UNKNOWN_MONEY and story["payment"] is None:
        return _ANYTHING_ELSE  # a dispute over a payment that is not ours
    if Fix.NOT_SENT in fixes and not story.get("absent"):
        return ()  # it may have been: a person looks at the provider, and says so on the payout's page
    return fixes


def _can_finish(story: Mapping[str, Any]) -> bool:
    order = Order.objects.select_related("event").get(pk=story["order"])
    return why_not(order, Payment.objects.get(pk=story["payment"])) is None
