"""A case in plain words: what happened, and what each fix would do. Made from its facts when it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.money import Money
from apps.reconciliation.kinds import Fix, Kind
from apps.reconciliation.models import Case

PROVIDERS = {"stripe": "Stripe", "paypal": "PayPal"}

_STORIES: Mapping[tuple[Kind, str], Promise] = {
    (Kind.PAID_WITHOUT_ORDER, "not_heard"): gettext_lazy(
        "%(provider)s took %(amount)s for payment %(name)s, and we never heard of it. Its order has no tickets."
    ),
    (Kind.PAID_WITHOUT_ORDER, "owed"): gettext_lazy(
        "%(amount)s of payment %(name)s bought nothing: it came late or twice, or differed from what was"
        " asked. It is owed to the buyer and not on its way back."
    ),
    (Kind.ORDER_WITHOUT_MONEY, "no_money"): gettext_lazy(
        "Payment %(name)s counts as paid here, but %(provider)s has no %(amount)s of it on its statement."
    ),
    (Kind.AMOUNT_DIFFERS, "payment"): gettext_lazy(
        "We booked %(ours)s for payment %(name)s; %(provider)s says that %(theirs)s came."
    ),
    (Kind.AMOUNT_DIFFERS, "refund"): gettext_lazy(
        "We booked a refund of %(ours)s on payment %(name)s; %(provider)s says that %(theirs)s left."
    ),
    (Kind.FEE_DIFFERS, "fee"): gettext_lazy(
        "We booked %(ours)s as %(provider)s's fee of payment %(name)s; its statement says %(theirs)s."
    ),
    (Kind.FEE_UNKNOWN, "no_fee"): gettext_lazy(
        "%(provider)s has not told for three days what it kept of payment %(name)s."
    ),
    (Kind.REFUND_MISSING, "made_there"): gettext_lazy(
        "A refund of %(amount)s on payment %(name)s was made at %(provider)s. We do not have it."
    ),
    (Kind.REFUND_MISSING, "not_there"): gettext_lazy(
        "A refund of %(amount)s on payment %(name)s counts as done here; it is not on %(provider)s's statement."
    ),
    (Kind.REFUND_MISSING, "came_back"): gettext_lazy(
        "A refund of %(amount)s on payment %(name)s came back to %(provider)s, and counts as done here."
    ),
    (Kind.REFUND_MISSING, "stuck"): gettext_lazy(
        "A refund of %(amount)s on payment %(name)s has not been sent for three days. Mostly the balance"
        " at %(provider)s is too small."
    ),
    (Kind.REFUND_MISSING, "not_arrived"): gettext_lazy(
        "A refund of %(amount)s on payment %(name)s has been on its way for two weeks, and %(provider)s does"
        " not say that it arrived."
    ),
    (Kind.REFUND_MISSING, "failed"): gettext_lazy(
        "A refund on payment %(name)s failed. %(amount)s is owed to the buyer and not on its way back."
    ),
    (Kind.PAYOUT_DIFFERS, "item"): gettext_lazy(
        "We booked payout %(name)s with %(ours)s and a fee of %(our_fee)s; %(provider)s says that"
        " %(theirs)s left, with a fee of %(their_fee)s."
    ),
    (Kind.PAYOUT_DIFFERS, "left"): gettext_lazy(
        "Payout %(name)s of %(amount)s left %(provider)s, and counts as not sent here."
    ),
    (Kind.PAYOUT_DIFFERS, "back"): gettext_lazy(
        "Payout %(name)s of %(amount)s came back to %(provider)s, and counts as paid out here."
    ),
    (Kind.PAYOUT_DIFFERS, "part_back"): gettext_lazy(
        "%(amount)s of payout %(name)s came back to %(provider)s, and all of it counts as paid out here."
    ),
    (Kind.PAYOUT_DIFFERS, "not_there"): gettext_lazy(
        "Payout %(name)s of %(amount)s counts as sent here; it is not on %(provider)s's statement."
    ),
    (Kind.PAYOUT_DIFFERS, "unknown"): gettext_lazy(
        "Nobody knows whether payout %(name)s of %(amount)s was sent. Look at %(provider)s, then say on the"
        " payout's page whether it is there."
    ),
    (Kind.PAYOUT_DIFFERS, "absent"): gettext_lazy(
        "Nobody knew whether payout %(name)s of %(amount)s was sent. All of %(provider)s's statement since"
        " is known, and it is not there."
    ),
    (Kind.UNKNOWN_MONEY, "payment"): gettext_lazy(
        "%(amount)s came to %(provider)s, and no payment of ours is about it."
    ),
    (Kind.UNKNOWN_MONEY, "fee"): gettext_lazy(
        "%(provider)s changed the balance by %(amount)s for a fee of its own, not of a payment."
    ),
    (Kind.UNKNOWN_MONEY, "bank"): gettext_lazy(
        "%(moved)s moved between %(provider)s and the bank. Nobody has booked it."
    ),
    (Kind.UNKNOWN_MONEY, "dispute"): gettext_lazy(
        "A dispute changed the balance at %(provider)s by %(amount)s, and the books do not know of it."
    ),
    (Kind.BALANCE_DIFFERS, "balance"): gettext_lazy(
        "%(provider)s holds %(theirs)s, our books say %(ours)s. What of it is on a statement or on its way is"
        " counted; a difference of %(amount)s is left that nothing explains."
    ),
    (Kind.DISPUTE_UNANSWERED, "disputed"): gettext_lazy(
        "The buyer's bank disputes %(amount)s of payment %(name)s, and nobody has answered. Evidence is"
        " sent from the dispute's page, until %(due)s."
    ),
    (Kind.DISPUTE_UNANSWERED, "due_soon"): gettext_lazy(
        "The buyer's bank disputes %(amount)s of payment %(name)s. It is lost without an answer, and there"
        " is little time: evidence is sent from the dispute's page, until %(due)s."
    ),
    (Kind.DISPUTE_UNANSWERED, "asked"): gettext_lazy(
        "The buyer asks for %(amount)s of payment %(name)s, and nobody has answered. The dispute's page says"
        " what can be done, until %(due)s."
    ),
    (Kind.DISPUTE_UNANSWERED, "refused"): gettext_lazy(
        "%(provider)s did not take our answer to the dispute over %(amount)s of payment %(name)s. Answer"
        " there, until %(due)s."
    ),
    (Kind.FRAUD_WARNING, "warned"): gettext_lazy(
        "A card network takes payment %(name)s for fraud, and %(amount)s of it is not refunded. Refunded now,"
        " it hardly ever becomes a dispute, which would cost a fee. If you know the buyer, ignore it and say"
        " why."
    ),
}
_ANY_MONEY = gettext_lazy(
    "The balance at %(provider)s changed by %(amount)s, and no row of ours is about it."
)

_DOES: Mapping[Fix, Promise] = {
    Fix.ASK: gettext_lazy("What it says now is taken over, as after a webhook."),
    Fix.FINISH: gettext_lazy("The payment buys its order, and the buyer gets the tickets."),
    Fix.SEND_BACK: gettext_lazy("It goes back to the buyer, who gets a mail."),
    Fix.ADOPT: gettext_lazy("It is booked as the organizer's refund. The tickets stay valid."),
    Fix.REBOOK: gettext_lazy(
        "The books follow the statement; the difference waits as not explained, or is a fee, or is owed"
        " to the buyer."
    ),
    Fix.BOOK_FEE: gettext_lazy("It becomes our expense."),
    Fix.BOOK_TRANSFER: gettext_lazy("It is booked between the provider's balance and the bank."),
    Fix.SUSPEND: gettext_lazy(
        "The books follow the statement; what it was stays open as not explained yet."
    ),
    Fix.WRITE_OFF: gettext_lazy(
        "The books follow the statement; what is missing is our loss, and what is too much we keep."
    ),
    Fix.NOT_SENT: gettext_lazy(
        "The payout has failed, and its money is owed to the organizer again."
    ),
    Fix.ACCEPT_LOSS: gettext_lazy(
        "Nobody argues: the buyer keeps the money, and the provider's fee for the dispute stays with us."
    ),
    Fix.REFUND: gettext_lazy(
        "The buyer gets all of it back, and the tickets admit nobody any more."
    ),
}


def story(case: Case) -> str:
    told = "absent" if case.story.get("absent") else case.story["told"]
    words = _STORIES.get((Kind(case.kind), told), _ANY_MONEY)
    return str(words) % _values(case)


def what_it_does(fix: Fix) -> str:
    return str(_DOES[fix])


def provider_name(provider: str) -> str:
    return PROVIDERS.get(provider, provider)


def _values(case: Case) -> dict[str, Any]:
    told = case.story

    def money(name: str, currency: str = case.currency) -> str:
        return str(Money(told.get(name) or 0, currency))

    return {
        "provider": provider_name(case.provider),
        "amount": case.amount,
        "moved": Money(abs(case.amount_minor), case.currency),
        "name": told.get("name", ""),
        "due": _moment(told.get("due")),
        "ours": money("ours"),
        "theirs": money("theirs", told.get("their_currency") or case.currency),
        "our_fee": money("our_fee"),
        "their_fee": money("their_fee", told.get("their_currency") or case.currency),
    }


def _moment(text: str | None) -> str:
    if not text:
        return _("a day that the provider has not told")
    return date_format(datetime.fromisoformat(text).astimezone(UTC), "DATETIME_FORMAT")


_REASONS: tuple[tuple[str, Promise], ...] = (
    ("still differs", gettext_lazy("The difference is still there.")),
    ("interrupted", gettext_lazy("It was cut off half-way. Accepting it again does no harm.")),
    ("NothingToSendBack", gettext_lazy("Nothing is owed to the buyer any more.")),
    ("NotApplicable", gettext_lazy("The payment cannot buy its order. Send it back.")),
    ("Contradiction", gettext_lazy("The provider says something that cannot be. Look there.")),
    ("InDispute", gettext_lazy("The buyer's bank decides about it now.")),
    ("UpgradedSince", gettext_lazy("A ticket of it became a better one: refund that order first.")),
    ("NotRefundable", gettext_lazy("Nothing is left to refund.")),
    ("NotAnswerable", gettext_lazy("It was answered already, or is decided.")),
    ("KeyReused", gettext_lazy("It was booked before, with another sum.")),
)


def outcome(text: str) -> str:
    """Of an act; what we have no words for is told as it is."""
    for start, words in _REASONS:
        if text.startswith(start):
            return str(words)
    return _("The provider could not be asked: %s") % text if text else ""
