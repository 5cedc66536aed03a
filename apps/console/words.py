"""What the database calls something, in words for those at a desk."""

from __future__ import annotations

from django.apps import apps
from django.utils.translation import gettext as _

from apps.core.models import StateChange
from apps.orders.reasons import in_words
from apps.payments.gateways.base import Kind
from apps.reconciliation.kinds import Fix

_NAMES = {Kind.STRIPE: "Stripe", Kind.PAYPAL: "PayPal"}


def provider_words(provider: str) -> str:
    return _("Box office") if provider == Kind.OFFLINE else _NAMES.get(Kind(provider), provider)


def id_words(name: str) -> str:
    """What a provider calls something by; a new name of it is shown as it is."""
    words = {
        "account": _("Account"),
        "batch": _("Batch at PayPal"),
        "capture": _("Capture at PayPal"),
        "charge": _("Charge at Stripe"),
        "dispute": _("Dispute"),
        "intent": _("Payment intent at Stripe"),
        "item": _("Payout at PayPal"),
        "order": _("Order at PayPal"),
        "refund": _("Refund"),
        "session": _("Checkout session at Stripe"),
        "transfer": _("Transfer at Stripe"),
    }
    return words.get(name, name)


def state_words(change: StateChange, state: str) -> str:
    """A state as the changed thing itself would say it."""
    choices = dict(apps.get_model(change.subject)._meta.get_field("state").flatchoices)
    return str(choices.get(state, state))


def reason_words(change: StateChange) -> str:
    """A case moves by its fixes; else it is what somebody wrote, or a provider said."""
    if change.subject == "reconciliation.case" and change.reason in Fix.values:
        return str(Fix(change.reason).label)
    return in_words(change.reason)
