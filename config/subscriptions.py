"""Every outbox topic and who hears of it. An empty tuple: kept for the record only."""

from __future__ import annotations

from apps.outbox.handlers import Handler, effect

SUBSCRIPTIONS: dict[str, tuple[Handler, ...]] = {
    # payments
    "provider.notice.attempt": (effect("apps.orders.subscribers.provider_notice", "critical"),),
    "provider.notice.fee": (effect("apps.orders.subscribers.provider_notice", "critical"),),
    "provider.notice.refund": (effect("apps.payments.subscribers.refund_noticed", "critical"),),
    "provider.notice.dispute": (effect("apps.orders.subscribers.dispute_noticed", "critical"),),
    "provider.notice.warning": (effect("apps.payments.subscribers.fraud_warned"),),
    "provider.notice.payout": (effect("apps.payouts.subscribers.payout_notice"),),
    "provider.notice.payee": (effect("apps.payouts.subscribers.payee_notice"),),
    "provider.notice.payee_bank": (Handler("apps.payouts.subscribers.payee_bank_notice"),),
    "payment.due": (effect("apps.orders.subscribers.payment_due", "critical"),),
    "refund.requested": (effect("apps.payments.subscribers.submit_refund", "critical"),),
    "refund.due": (effect("apps.payments.subscribers.refund_due", "critical"),),
    "refund.adopted": (Handler("apps.orders.subscribers.refund_adopted", "critical"),),
    "refund.changed": (Handler("apps.orders.subscribers.refund_changed", "critical"),),
    "dispute.due": (effect("apps.orders.subscribers.dispute_due"),),
    "dispute.answered": (effect("apps.orders.subscribers.dispute_answered", "critical"),),
    "dispute.changed": (
        Handler("apps.payouts.subscribers.dispute_changed"),
        Handler("apps.notifications.disputes.dispute_changed"),
    ),
    "dispute.answer_refused": (Handler("apps.notifications.disputes.answer_refused"),),
    "dispute.deadline_near": (Handler("apps.notifications.disputes.deadline_near"),),
    "payment.fraud_warned": (Handler("apps.notifications.disputes.fraud_warned"),),
    # tickets
    "ticket.changed": (),
    # events
    "event.called_off": (
        Handler("apps.orders.subscribers.orders_to_refund", "bulk"),
        Handler("apps.notifications.subscribers.holders_to_tell", "bulk"),
    ),
    "event.orders_to_refund": (Handler("apps.orders.subscribers.orders_to_refund", "bulk"),),
    "event.holders_to_tell": (Handler("apps.notifications.subscribers.holders_to_tell", "bulk"),),
    # checkin
    "door.log_taken_in": (Handler("apps.checkin.subscribers.log_taken_in"),),
    "door.rule_changed": (Handler("apps.checkin.subscribers.rule_changed"),),
    "door.rule_settled": (Handler("apps.checkin.subscribers.rule_settled"),),
    # orders
    "order.due": (effect("apps.orders.subscribers.order_due", "critical"),),
    "order.called_off": (effect("apps.orders.subscribers.called_off", "bulk"),),
    "order.confirmed": (
        Handler("apps.orders.subscribers.refresh_sold_out"),
        Handler("apps.orders.subscribers.paid_too_late"),
        Handler("apps.notifications.subscribers.order_confirmed"),
        effect("apps.invoices.subscribers.documents_due", "bulk"),
    ),
    "order.expired": (
        Handler("apps.orders.subscribers.refresh_sold_out"),
        Handler("apps.notifications.subscribers.order_expired"),
    ),
    "order.cancelled": (Handler("apps.orders.subscribers.refresh_sold_out"),),
    "order.payment_failed": (Handler("apps.notifications.subscribers.payment_failed"),),
    "order.address_corrected": (Handler("apps.notifications.subscribers.address_corrected"),),
    "order.mail_requested": (Handler("apps.notifications.subscribers.tickets_wanted"),),
    "order.links_requested": (Handler("apps.notifications.subscribers.links_wanted"),),
    "order.refund_requested": (
        Handler("apps.orders.subscribers.refresh_sold_out"),
        Handler("apps.notifications.subscribers.refund_requested"),
        effect("apps.invoices.subscribers.documents_due", "bulk"),
    ),
    "order.refund_adopted": (effect("apps.invoices.subscribers.documents_due", "bulk"),),
    "order.refunded": (),
    "order.refund_failed": (Handler("apps.notifications.subscribers.refund_failed"),),
    # invoices
    "invoice.issued": (
        effect("apps.invoices.subscribers.draw", "bulk"),
        Handler("apps.notifications.subscribers.invoice_issued"),
    ),
    "invoice.recipient_changed": (effect("apps.invoices.subscribers.documents_due", "bulk"),),
    "invoice.vat_id_given": (effect("apps.invoices.subscribers.check_recipient", "bulk"),),
    "invoices.waiting": (effect("apps.invoices.subscribers.number", "bulk"),),
    "legal_data.changed": (
        effect("apps.invoices.subscribers.number", "bulk"),
        effect("apps.invoices.subscribers.check_issuer", "bulk"),
    ),
    # vouchers
    "voucher.issued": (Handler("apps.notifications.subscribers.voucher_issued"),),
    "voucher.taken_back": (Handler("apps.notifications.subscribers.voucher_taken_back"),),
    # payouts
    "payout.proof_asked": (Handler("apps.notifications.subscribers.address_to_prove"),),
    "payout.waits": (Handler("apps.notifications.subscribers.payout_waits"),),
    "payout.approved": (effect("apps.payouts.subscribers.send_payout"),),
    "payout.paid": (Handler("apps.notifications.subscribers.payout_paid"),),
    "payout.unclaimed": (Handler("apps.notifications.subscribers.payout_unclaimed"),),
    "payout.returned": (Handler("apps.notifications.subscribers.payout_returned"),),
    "payout.failed": (Handler("apps.notifications.subscribers.payout_failed"),),
    "payout.bank_refused": (Handler("apps.notifications.subscribers.payout_bank_refused"),),
    "payout.method_changed": (Handler("apps.notifications.subscribers.payout_method_changed"),),
    # reconciliation
    "cases.waiting": (Handler("apps.notifications.subscribers.cases_waiting"),),
    # exports
    "export.requested": (effect("apps.exports.subscribers.requested", "bulk"),),
    "export.ready": (Handler("apps.notifications.exports.ready"),),
    "export.failed": (Handler("apps.notifications.exports.failed"),),
    # accounts
    "organizer.applied": (Handler("apps.notifications.subscribers.organizer_applied"),),
    "organizer.approved": (Handler("apps.notifications.subscribers.organizer_approved"),),
    "organizer.rejected": (Handler("apps.notifications.subscribers.organizer_rejected"),),
    "organizer.suspended": (Handler("apps.notifications.subscribers.organizer_suspended"),),
    "invitation.made": (Handler("apps.notifications.subscribers.invited"),),
    # notifications
    "mail.queued": (effect("apps.notifications.subscribers.send_mail"),),
}
