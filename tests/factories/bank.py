"""A provider of payouts at the edge: keeps what it was sent, pays each key once, breaks as told."""
# ruff: noqa: ARG002 - it has the shape of a gateway

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from apps.core.money import Money
from apps.payments.gateways import errors
from apps.payments.gateways.base import (
    Ids,
    Onboarding,
    Payee,
    PayeeView,
    PayoutItem,
    PayoutItemView,
    PayoutRequest,
    PayoutState,
)


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Bank:
    balance_minor: int = 1_000_000
    fee_minor: int = 0
    becomes: PayoutState = PayoutState.PAID
    # Told to break the next sending before, or after, it is executed.
    before: BaseException | None = None
    after: BaseException | None = None
    sent: dict[str, PayoutItemView] = field(default_factory=dict)  # by batch
    requests: list[PayoutRequest] = field(default_factory=list)
    payees: dict[str, PayeeView] = field(default_factory=dict)
    while_sending: Callable[[], Any] = lambda: None

    def send(self, request: PayoutRequest) -> tuple[PayoutItemView, ...]:
        self.requests.append(request)
        self._break("before")
        (item,) = request.items
        if request.batch not in self.sent:
            if item.amount.minor > self.balance_minor:
                raise errors.InsufficientFunds("INSUFFICIENT_FUNDS")
            self.sent[request.batch] = PayoutItemView(
                item.reference, self.becomes, {"item": f"I-{item.reference}"}, item.amount
            )
            self.balance_minor -= item.amount.minor
        self.while_sending()
        self._break("after")
        return (self._view(request.batch),)

    def fetch(self, item: PayoutItem, ids: Ids) -> PayoutItemView:
        if ids.get("item") != f"I-{item.reference}":
            raise errors.NotFound("no such item")
        return self._view(item.reference)

    def cancel(self, item: PayoutItem, ids: Ids, *, key: str) -> PayoutItemView:
        self.turns(item.reference, PayoutState.RETURNED)
        return self._view(item.reference)

    def turns(self, reference: str, state: PayoutState, reason: str = "") -> None:
        """What became of a payout it was sent."""
        was = self.sent[reference]
        if state in {PayoutState.RETURNED, PayoutState.FAILED}:
            self.balance_minor += was.amount.minor
        self.sent[reference] = replace(was, state=state, reason=reason)

    def funds(self, currency: str) -> Money:
        return Money(self.balance_minor, currency)

    def onboard(self, payee: Payee, *, return_url: str, refresh_url: str, key: str) -> Onboarding:
        destination = payee.destination or f"acct_{payee.reference}"
        return Onboarding(destination, url=f"https://bank.example/onboarding/{destination}")

    def payee(self, destination: str) -> PayeeView:
        return self.payees.get(destination, PayeeView(payable=True))

    def _view(self, batch: str) -> PayoutItemView:
        view = self.sent[batch]
        return replace(view, fee=Money(self.fee_minor, view.amount.currency))

    def _break(self, when: str) -> None:
        broken = getattr(self, when)
        setattr(self, when, None)
        if broken:
            raise broken
