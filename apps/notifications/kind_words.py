"""What a mail is, for who looks at a list of them before it is written, or when it was not needed."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# `tests/notifications/test_kind_words.py` asks for the words of a new one.
KIND_WORDS: Mapping[str, Promise] = {
    "order_confirmed": _("Order with its tickets"),
    "address_corrected": _("Tickets to a corrected address"),
    "payment_failed": _("Payment that failed"),
    "order_expired": _("Order that ended unpaid"),
    "order_refunded": _("Money or tickets given back"),
    "surplus_refunded": _("Money that bought nothing, given back"),
    "refund_failed": _("Refund that did not arrive"),
    "event_called_off": _("Event called off"),
    "reminder": _("Reminder before the event"),
    "invoice_ready": _("Invoice of an order"),
    "voucher_issued": _("Gift voucher issued"),
    "voucher_taken_back": _("Gift voucher taken back"),
    "links": _("Links to orders, asked for"),
    "organizer_applied": _("Application to sell"),
    "organizer_approved": _("Application accepted"),
    "organizer_rejected": _("Application declined"),
    "organizer_suspended": _("Organizer suspended"),
    "invitation": _("Invitation to a team"),
    "dispute_opened": _("Dispute opened"),
    "dispute_refused": _("Evidence that was not taken"),
    "dispute_due": _("Dispute that waits for an answer"),
    "dispute_decided": _("Dispute decided"),
    "fraud_warning": _("Fraud warning"),
    "fees_billed": _("Invoice for fees"),
    "export_ready": _("Export that is ready"),
    "export_failed": _("Export that failed"),
    "cases_waiting": _("Cases that wait"),
    "payout_paid": _("Payout that arrived"),
    "payout_failed": _("Payout that was not sent"),
    "payout_returned": _("Payout that came back"),
    "payout_unclaimed": _("Payout nobody has claimed"),
    "payout_bank_refused": _("Payouts refused by a bank"),
    "payout_method_changed": _("Payout account changed"),
    "payout_address_proof": _("Code that proves a payout address"),
    "payout_account_replaced": _("Payout account replaced"),
    "payout_waits": _("Payout that waits for a second person"),
    "account_email_confirmation": _("Address to confirm"),
    "account_email_confirmation_signup": _("Address to confirm"),
    "account_account_already_exists": _("Sign-up with a known address"),
    "account_unknown_account": _("Sign-in with an unknown address"),
    "account_password_reset_key": _("Link for a new password"),
    "account_login_code": _("Code to sign in"),
    "account_email_changed": _("Address of an account changed"),
    "account_email_confirm": _("Address of an account confirmed"),
    "account_email_deleted": _("Address of an account removed"),
    "account_password_changed": _("Password changed"),
    "account_password_reset": _("Password changed"),
    "account_password_set": _("Password set"),
}


def mail_words(kind: str) -> str:
    """A kind that was taken out of the table still has its old mails."""
    return str(KIND_WORDS.get(kind, kind))
