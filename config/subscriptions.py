"""Every outbox topic and who hears of it. An empty tuple: kept for the record only."""

from __future__ import annotations

from apps.outbox.handlers import Handler, effect

SUBSCRIPTIONS: dict[str, tuple[Handler, ...]] = {
    # payments
    "provider.notice.attempt": (effect("apps.orders.subscribers.provider_notice", "critical"),),
    "provider.notice.refund": (effect("apps.payments.subscribers.refund_noticed", "critical"),),
    "provider.notice.payout": (effect("apps.payouts.subscribers.payout_notice"),),
    "provider.notice.payee": (effect("apps.payouts.subscribers.payee_notice"),),
    "payment.due": (effect("apps.orders.subscribers.payment_due", "critical"),),
    "refund.requested": (effect("apps.payments.subscribers.submit_refund", "critical"),),
    "refund.due": (effect("apps.payments.subscribers.refund_due", "critical"),),
    "refund.adopted": (),
    "refund.changed": (Handler("apps.orders.subscribers.refund_changed", "critical"),),
    # tickets
    "ticket.changed": (),
    # orders
    "order.confirmed": (Handler("apps.orders.subscribers.refresh_sold_out"),),
    "order.expired": (Handler("apps.orders.subscribers.refresh_sold_out"),),
    "order.cancelled": (Handler("apps.orders.subscribers.refresh_sold_out"),),
    "order.payment_failed": (),
    "order.address_corrected": (),
    "order.mail_requested": (),
    "order.links_requested": (),
    "order.refund_requested": (),
    "order.refunded": (Handler("apps.orders.subscribers.refresh_sold_out"),),
    # payouts
    "payout.approved": (effect("apps.payouts.subscribers.send_payout"),),
    "payout.paid": (),
    "payout.unclaimed": (),
    "payout.returned": (),
    "payout.failed": (),
    "payout.method_changed": (),
}
