from __future__ import annotations

from apps.orders.models import Order, OrderLine
from apps.variants.pricing import Quote
from apps.variants.refund_policy import policy_of


def draft_lines(order: Order, quoted: Quote) -> list[OrderLine]:
    policies = {line.variant.pk: policy_of(line.variant) for line in quoted.lines}
    return [
        OrderLine(
            order=order,
            variant=line.variant,
            name=line.variant.name,
            quantity=line.quantity,
            unit_price_minor=line.unit_price.minor,
            total_minor=line.total.minor,
            tax_rate=line.variant.tax_rate,
            tax_minor=line.tax.minor,
            fee_minor=line.fee.minor,
            buyer_fee_minor=line.buyer_fee.minor,
            discount_minor=line.discount.minor,
            refund_until=policies[line.variant.pk].until,
            refund_percent=policies[line.variant.pk].percent,
            refund_keeps_fee=policies[line.variant.pk].keeps_fee,
        )
        for line in quoted.lines
    ]
