"""Every kind of export there is, in the order in which they are offered."""

from __future__ import annotations

from apps.exports.kinds.books import POSTINGS
from apps.exports.kinds.datev import DATEV
from apps.exports.kinds.fees import FEES
from apps.exports.kinds.money import PAYMENTS, PAYOUTS, REFUNDS
from apps.exports.kinds.sales import ATTENDEES, ORDERS
from apps.exports.kinds.tax import TAX

KINDS = {
    kind.name: kind
    for kind in (TAX, ORDERS, ATTENDEES, PAYMENTS, REFUNDS, FEES, PAYOUTS, POSTINGS, DATEV)
}
