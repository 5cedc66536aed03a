"""Every mail we send, one table: who writes it, what hangs on it, how long it is worth sending and keeping."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from apps.notifications.attachments import (
    Attachment,
    fees_as_pdf,
    invoice_as_pdf,
    tickets_as_pdf,
    voucher_as_pdf,
)
from apps.notifications.letter import Letter
from apps.notifications.letters import (
    cases,
    disputes,
    events,
    exports,
    invoices,
    orders,
    organizers,
    payouts,
    people,
    refunds,
    vouchers,
)
from apps.notifications.models import Mail


@dataclass(frozen=True, slots=True)
class Kind:
    """
    write: reads what the mail is about; may raise NotNeeded.
    useful_for: when a provider is down for longer than this, the mail fails in sight.
    kept_for: then its words are forgotten; that it was sent stays on record.
    """

    write: Callable[[Mail], Letter]
    attach: Callable[[Mail], list[Attachment]] | None = None
    useful_for: timedelta = timedelta(days=3)
    kept_for: timedelta = timedelta(days=30)


def _secret(write: Callable[[Mail], Letter], useful_for: timedelta = timedelta(hours=12)) -> Kind:
    """Its words open an account, so they do not lie about."""
    return Kind(write, useful_for=useful_for, kept_for=timedelta(days=1))


KINDS: dict[str, Kind] = {
    # orders
    "order_confirmed": Kind(orders.confirmed, tickets_as_pdf),
    "address_corrected": Kind(orders.address_corrected, tickets_as_pdf),
    "payment_failed": Kind(orders.payment_failed, useful_for=timedelta(minutes=30)),
    "order_expired": Kind(orders.expired, useful_for=timedelta(hours=6)),
    "order_refunded": Kind(refunds.refunded),
    "surplus_refunded": Kind(refunds.surplus_refunded),
    "refund_failed": Kind(refunds.refund_failed),
    "event_called_off": Kind(events.called_off),
    "reminder": Kind(events.reminder, useful_for=timedelta(hours=12)),
    "invoice_ready": Kind(invoices.ready, invoice_as_pdf),
    "voucher_issued": Kind(  # its words are worth money
        vouchers.issued, voucher_as_pdf, kept_for=timedelta(days=1)
    ),
    "voucher_taken_back": Kind(vouchers.taken_back),
    "links": Kind(orders.links, useful_for=timedelta(hours=12)),
    # organizers
    "organizer_applied": Kind(organizers.applied),
    "organizer_approved": Kind(organizers.approved),
    "organizer_rejected": Kind(organizers.rejected),
    "organizer_suspended": Kind(organizers.suspended),
    "invitation": _secret(organizers.invited, timedelta(days=3)),
    # disputes
    "dispute_opened": Kind(disputes.opened),
    "dispute_refused": Kind(disputes.refused),
    "dispute_due": Kind(disputes.due, useful_for=timedelta(days=1)),
    "dispute_decided": Kind(disputes.decided),
    "fraud_warning": Kind(disputes.warned),
    "fees_billed": Kind(invoices.fees_billed, fees_as_pdf),
    # exports
    "export_ready": Kind(exports.ready),
    "export_failed": Kind(exports.failed),
    # operators
    "cases_waiting": Kind(cases.waiting, useful_for=timedelta(hours=20)),
    "payout_paid": Kind(payouts.paid),
    "payout_failed": Kind(payouts.not_arrived),
    "payout_returned": Kind(payouts.not_arrived),
    "payout_unclaimed": Kind(payouts.not_arrived),
    "payout_bank_refused": Kind(payouts.bank_refused),
    "payout_method_changed": Kind(payouts.method_changed),
    "payout_address_proof": _secret(payouts.prove_address, timedelta(minutes=30)),
    "payout_account_replaced": Kind(payouts.account_replaced),
    "payout_waits": Kind(payouts.waits),
    # accounts: "account_" and the name allauth gives the mail
    "account_email_confirmation": _secret(people.confirm_address),
    "account_email_confirmation_signup": _secret(people.confirm_address),
    "account_account_already_exists": _secret(people.already_exists),
    "account_unknown_account": _secret(people.unknown_account),
    "account_password_reset_key": _secret(people.reset_password),
    "account_login_code": _secret(people.sign_in_code, timedelta(minutes=10)),
    "account_email_changed": Kind(people.changed),
    "account_email_confirm": Kind(people.changed),
    "account_email_deleted": Kind(people.changed),
    "account_password_changed": Kind(people.changed),
    "account_password_reset": Kind(people.changed),
    "account_password_set": Kind(people.changed),
}
