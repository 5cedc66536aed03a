"""
What every way of taking or sending money can do, in our words; a provider's words stay in its gateway.

A gateway is a module with these functions. None of them touches the database; all may take seconds
and raise the errors of `errors.py`. Money is ours to compare: a gateway reports, it never decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from apps.core.money import Money
from apps.payments.states import PaymentState, RefundState

Ids = Mapping[str, str]  # session, intent, charge | order, capture | batch, item | transfer
Frozen = Mapping[str, Any]  # JSON values: the exact request, as stored on the row

# The reason of an attempt that can be paid no more because we shall not capture it.
ABANDONED = "abandoned"


class Kind(StrEnum):
    STRIPE = "stripe"
    PAYPAL = "paypal"
    OFFLINE = "offline"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    unit: Money
    quantity: int


@dataclass(frozen=True, slots=True)
class Checkout:
    """reference: what the provider will know the payment by; invoice: unique per account."""

    reference: str
    invoice: str
    total: Money
    lines: tuple[Line, ...]
    email: str
    locale: str  # "de", "en"
    description: str
    return_url: str
    cancel_url: str
    pay_by: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """
    A snapshot of one attempt to take money, as the provider tells it now.

    A reason while it awaits the buyer says why the last try to capture was refused.

    fee: the provider's, None while unknown. total, reference: None where the provider keeps none.
    """

    state: PaymentState
    ids: Ids
    redirect_url: str = ""
    total: Money | None = None
    reference: str | None = None
    fee: Money | None = None
    captured_at: datetime | None = None
    expires_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RefundView:
    """reference: ours, when we asked for it; None for one made in the provider's dashboard."""

    state: RefundState
    id: str
    amount: Money
    fee_returned: Money
    reference: str | None = None
    reason: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RefundTold:
    """
    What a notice itself says of money that goes back. id, state: of the one refund it is about; empty:
    the amount is that of all refunds of the payment together.
    """

    amount: Money
    id: str = ""
    state: RefundState | None = None


class PaymentGateway(Protocol):
    def check(self, total: Money) -> None:
        """
        :raises Unsupported: this way of paying is not set up, or does not take this amount.
        """

    def prepare(self, checkout: Checkout, *, at: datetime) -> dict[str, Any]:
        """The exact request, to be stored before it is sent. Pure. Raises Unsupported."""

    def start(self, request: Frozen, *, key: str) -> Attempt: ...

    def fetch(self, ids: Ids) -> Attempt: ...

    def capture(self, ids: Ids, *, key: str) -> Attempt:
        """Take what the buyer approved. Where the provider takes it by itself: the same as fetch."""

    def abandon(self, ids: Ids, *, key: str) -> Attempt:
        """Make it unpayable where the provider can; answers what is true now, also CAPTURED."""

    def refund(
        self, ids: Ids, *, key: str, amount: Money, reason: str, reference: str
    ) -> RefundView:
        """
        :raises AlreadyDone: nothing is left to refund; look at list_refunds.
        :raises Declined: the provider will not do it, now or later.
        """

    def fetch_refund(self, refund_id: str, ids: Ids) -> RefundView: ...

    def list_refunds(self, ids: Ids) -> list[RefundView]:
        """All of them, also those made in the provider's dashboard."""


class Subject(StrEnum):
    """What a notice is about, and so who listens."""

    ATTEMPT = "attempt"
    FEE = "fee"  # what the provider kept of an attempt is known now
    REFUND = "refund"
    DISPUTE = "dispute"
    WARNING = "warning"  # a card network takes a payment for fraud
    PAYOUT = "payout"
    PAYEE = "payee"
    PAYEE_BANK = "payee_bank"  # which did not take what the provider sent on to it


@dataclass(frozen=True, slots=True)
class Notice:
    """
    A verified webhook, or the same event read from the provider's list.

    subject: None for a type we do not listen to. ids: what helps to find our row, with the
    subject's own id under the subject's name. account: a connected account.
    """

    event_id: str
    type: str
    created_at: datetime
    subject: Subject | None
    ids: Ids
    reference: str | None
    account: str
    livemode: bool
    body: Frozen


class NoticeGateway(Protocol):
    def is_set_up(self) -> bool:
        """Do we have the credentials? A shop may leave a provider out."""

    def verify(
        self, headers: Mapping[str, str], body: bytes, *, endpoint: str, at: datetime
    ) -> Notice:
        """
        headers: lower-case names. endpoint: "platform" or "connect".

        :raises BadSignature: not from the provider, or not for us.
        :raises Unavailable: the provider's certificate cannot be fetched now.
        """

    def refund_told(self, body: Frozen) -> RefundTold | None:
        """Of a notice about refunds. None: it does not say enough to compare it with our rows."""

    def missed(self, since: datetime, until: datetime, *, account: str = "") -> Iterator[Notice]:
        """
        Events the provider lists for this time, oldest first or not: of the platform's own account, or
        of a payee's that is connected to it.
        """


class PayoutState(StrEnum):
    """Of one item. SENDING: nobody knows yet, ask again with the same request."""

    SENDING = "sending"
    IN_TRANSIT = "in_transit"
    HELD = "held"
    UNCLAIMED = "unclaimed"
    PAID = "paid"
    RETURNED = "returned"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PayoutItem:
    """reference: ours, unique for ever, at most 63 characters. destination: a payee's id there."""

    reference: str
    destination: str
    amount: Money
    note: str = ""


@dataclass(frozen=True, slots=True)
class PayoutRequest:
    """One provider, one currency. batch: ours, unique for ever; a repeat of it never pays twice."""

    batch: str
    items: tuple[PayoutItem, ...]
    subject: str  # of the mail the provider sends to the payee


@dataclass(frozen=True, slots=True)
class PayoutItemView:
    """ids: what fetch and cancel need later (batch and item, or transfer)."""

    reference: str
    state: PayoutState
    ids: Ids
    amount: Money
    fee: Money | None = None
    reason: str = ""


DISCONNECTED = "disconnected"


@dataclass(frozen=True, slots=True)
class PayeeView:
    """
    missing: what the provider still wants to know, in its words: a name each, and behind it the codes of what
    was wrong with what it was given. DISCONNECTED when the account was closed, or its owner let us go.
    """

    payable: bool
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Onboarding:
    """url: where the payee goes on, "" when nothing is left to do there."""

    destination: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Payee:
    """
    destination: an account or a PayPal id or address already known, else "". country: two letters; empty when
    nothing is to be opened: they go on with what is there, and are asked for all of `missing`.
    """

    reference: str
    name: str
    email: str
    country: str  # ISO 3166, two letters
    destination: str = field(default="")


class PayoutGateway(Protocol):
    def onboard(
        self, payee: Payee, *, return_url: str, refresh_url: str, key: str
    ) -> Onboarding: ...

    def payee(self, destination: str) -> PayeeView: ...

    def funds(self, currency: str) -> Money:
        """What can be sent now from the balance at this provider. Raises NotPermitted."""

    def send(self, request: PayoutRequest) -> tuple[PayoutItemView, ...]:
        """
        Safe to repeat with the same request, within 24 hours. One view for each item.

        :raises InsufficientFunds: nothing was sent.
        :raises OutcomeUnknown: some or all may have been sent: repeat the same request.
        """

    def fetch(self, item: PayoutItem, ids: Ids) -> PayoutItemView: ...

    def cancel(self, item: PayoutItem, ids: Ids, *, key: str) -> PayoutItemView:
        """Take back what is not claimed yet (PayPal), or reverse the transfer (Stripe)."""
