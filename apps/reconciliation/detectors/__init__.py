"""What to look for, one table. A kind may be found in several ways."""

from __future__ import annotations

from collections.abc import Mapping

from apps.reconciliation.detectors import balances, disputes, payments, payouts, refunds
from apps.reconciliation.detectors.base import Detector
from apps.reconciliation.kinds import Kind

DETECTORS: Mapping[Kind, tuple[Detector, ...]] = {
    Kind.PAID_WITHOUT_ORDER: (payments.NOT_HEARD_OF, payments.OWED_TO_BUYER),
    Kind.ORDER_WITHOUT_MONEY: (payments.NO_MONEY,),
    Kind.AMOUNT_DIFFERS: (payments.AMOUNT, refunds.AMOUNT),
    Kind.FEE_DIFFERS: (payments.FEE,),
    Kind.FEE_UNKNOWN: (payments.NO_FEE,),
    Kind.REFUND_MISSING: (
        refunds.MADE_THERE,
        refunds.NOT_THERE,
        refunds.CAME_BACK,
        refunds.STUCK,
        refunds.NOT_ARRIVED,
        payments.REFUND_FAILED,
    ),
    Kind.PAYOUT_DIFFERS: (
        payouts.ITEM,
        payouts.STATE,
        payouts.PART_BACK,
        payouts.NOT_THERE,
        payouts.UNKNOWN,
    ),
    Kind.UNKNOWN_MONEY: (balances.UNKNOWN_LINE,),
    Kind.BALANCE_DIFFERS: (balances.WHOLE,),
    Kind.DISPUTE_UNANSWERED: (disputes.UNANSWERED,),
    Kind.FRAUD_WARNING: (disputes.WARNED,),
}
