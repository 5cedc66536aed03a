"""What a provider tells of disputes and of warnings before them, and takes as an answer, in our words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from apps.core.money import Money
from apps.payments.gateways.base import Frozen, Ids
from apps.payments.states import DisputeState


@dataclass(frozen=True, slots=True)
class DisputeView:
    """
    A snapshot. withdrawn, reinstated, fee: all that moved so far; a fee that came back is not in it.

    ids: of the payment it is about; reference: ours, where the provider repeats it.
    """

    id: str
    state: DisputeState
    amount: Money
    reason: str
    ids: Ids
    withdrawn: Money
    reinstated: Money
    fee: Money
    refundable: bool
    opened_at: datetime
    due_at: datetime | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class WarningView:
    id: str
    kind: str
    actionable: bool
    ids: Ids
    warned_at: datetime


@dataclass(frozen=True, slots=True)
class Evidence:
    """statement: what the organizer says; the rest are the facts on record, as plain text."""

    statement: str
    product: str
    buyer_name: str
    buyer_email: str
    service_date: str
    activity: str  # mails delivered, tickets looked at, entries: with times
    policy: str  # terms and refunds, as accepted


class DisputeGateway(Protocol):
    def fetch_dispute(self, dispute_id: str) -> DisputeView: ...

    def list_disputes(self, ids: Ids) -> list[DisputeView]:
        """All over one payment. ids: the payment's, with those of a notice that told of one."""

    def prepare_evidence(self, evidence: Evidence) -> dict[str, Any]:
        """The exact request, to be stored before it is sent. Pure."""

    def submit_evidence(self, dispute_id: str, request: Frozen, *, key: str) -> None:
        """
        :raises Declined: it takes none, any more.
        """

    def accept_dispute(self, dispute_id: str, *, key: str) -> None: ...

    def fetch_warning(self, warning_id: str) -> WarningView: ...


def cut(text: str, most: int) -> str:
    """As much of it as the provider takes."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def without_empty(fields: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in fields.items() if text}
