"""What an operator looks at first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from apps.accounts.models import Organizer, PayoutMethod
from apps.accounts.states import OrganizerState
from apps.console.selectors.owed import refunds_owed
from apps.core.money import Money
from apps.events.models import Event
from apps.events.states import EventState
from apps.ledger.balances import all_balances
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.outbox.models import Delivery
from apps.payments.models import Dispute, Payment, ProviderNotice, Refund
from apps.payments.states import DISPUTE_RUNNING, RefundState
from apps.payouts.models import Payout
from apps.payouts.selectors import new_payees
from apps.payouts.states import PayoutState
from apps.reconciliation.health import NOTICES_STUCK, PAYOUTS_IN_FLIGHT, REFUNDS_IN_FLIGHT
from apps.reconciliation.models import Case
from apps.tickets.models import Ticket

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Task:
    title: str
    count: int
    label: str  # of the model's desk
    query: str


@dataclass(frozen=True, slots=True)
class Day:
    tickets: int
    orders: int
    events: int


def tasks(*, at: datetime) -> list[Task]:
    return [*_of_people_and_cases(), *_payout_tasks(at=at), *_of_payments(), *_of_machinery()]


def _of_people_and_cases() -> list[Task]:
    return [
        Task(
            _("Organizers wait for a decision"),
            Organizer.objects.filter(state=OrganizerState.APPLIED).count(),
            "accounts_organizer",
            "state__exact=applied",
        ),
        Task(
            _("Cases that wait"),
            Case.objects.open().count(),
            "reconciliation_case",
            "state__exact=open",
        ),
    ]


def _of_payments() -> list[Task]:
    return [
        Task(
            _("Payments whose outcome nobody knows"),
            Payment.objects.filter(outcome_unknown=True).count(),
            "payments_payment",
            "outcome_unknown__exact=1",
        ),
        Task(
            _("Payments that differ from what was asked"),
            Payment.objects.filter(needs_review=True).count(),
            "payments_payment",
            "needs_review__exact=1",
        ),
        Task(
            _("Refunds that cannot be sent yet"),
            Refund.objects.filter(state=RefundState.SUBMITTING).count(),
            "payments_refund",
            "state__exact=submitting",
        ),
        Task(
            _("Refunds that failed"),
            refunds_owed().count(),
            "payments_refund",
            "owed=1",
        ),
    ]


def _of_machinery() -> list[Task]:
    return [
        _stuck_notices(),
        Task(
            _("Deliveries that were given up"),
            Delivery.objects.parked().count(),
            "outbox_delivery",
            "state__exact=parked",
        ),
        Task(
            _("Mails that failed or came back"),
            Mail.objects.in_trouble().count(),
            "notifications_mail",
            "trouble=1",
        ),
    ]


def _stuck_notices() -> Task:
    stuck = ProviderNotice.objects.filter(state__in=NOTICES_STUCK)
    return Task(
        _("Provider notices that are stuck"), stuck.count(), "payments_providernotice", "stuck=1"
    )


def money_tasks(*, at: datetime) -> list[Task]:
    """What waits for somebody, or should not wait for long."""
    _people, cases = _of_people_and_cases()
    return [cases, *_payout_tasks(at=at), *_of_payments(), _stuck_notices()]


def in_flight() -> list[Task]:
    """What moves by itself."""
    return [
        Task(
            _("Refunds on their way"),
            Refund.objects.filter(state__in=REFUNDS_IN_FLIGHT).count(),
            "payments_refund",
            "moving=1",
        ),
        Task(
            _("Payouts on their way"),
            Payout.objects.filter(state__in=PAYOUTS_IN_FLIGHT).count(),
            "payouts_payout",
            "moving=1",
        ),
        Task(
            _("Disputes that run"),
            Dispute.objects.filter(state__in=DISPUTE_RUNNING).count(),
            "payments_dispute",
            "running=1",
        ),
    ]


def _payout_tasks(*, at: datetime) -> list[Task]:
    return [
        Task(
            _("Payouts wait for approval"),
            Payout.objects.filter(state=PayoutState.PROPOSED).count(),
            "payouts_payout",
            "state__exact=proposed",
        ),
        Task(
            _("Payouts wait for a second person"),
            Payout.objects.filter(state=PayoutState.ENDORSED).count(),
            "payouts_payout",
            "state__exact=endorsed",
        ),
        Task(
            _("New payout accounts wait three days"),
            PayoutMethod.objects.filter(new_payees(at=at)).count(),
            "accounts_payoutmethod",
            "waits=1",
        ),
        Task(
            _("Payouts whose outcome nobody knows"),
            Payout.objects.filter(outcome_unknown=True).count(),
            "payouts_payout",
            "outcome_unknown__exact=1",
        ),
    ]


def day(*, at: datetime) -> Day:
    return Day(
        tickets=Ticket.objects.filter(issued_at__gt=at - A_DAY).count(),
        orders=Order.objects.filter(paid_at__gt=at - A_DAY).count(),
        events=Event.objects.filter(state=EventState.PUBLISHED, ends_at__gt=at).count(),
    )


def books() -> list[tuple[str, Money]]:
    """What is held, owed and earned, by kind of account; positive as people count it."""
    kinds = {
        "clearing": (_("Held at the providers"), 1),
        "pending": (_("Owed to organizers, not released yet"), -1),
        "available": (_("Owed to organizers now"), -1),
        "reserve": (_("Kept for disputes"), -1),
        "unapplied": (_("Owed to buyers"), -1),
        "voucher": (_("On gift vouchers"), -1),
        "in_transit": (_("On its way"), -1),
        "disputed": (_("Taken by providers for disputes"), 1),
        "platform": (_("Platform fees earned"), -1),
        "costs": (_("Providers' fees paid"), 1),
        "bank": (_("Moved to the bank"), 1),
        "suspense": (_("Not explained yet"), 1),
        "loss": (_("Our loss"), 1),
    }
    sums: dict[tuple[str, str], Money] = {}
    for (code, currency), money in all_balances().items():
        key = (_kind(code), currency)
        sums[key] = sums.get(key, Money.zero(currency)) + money
    return [
        (title, money * sign)
        for kind, (title, sign) in kinds.items()
        for (of, _currency), money in sorted(sums.items(), key=lambda item: item[0])
        if of == kind and money
    ]


def last_audit() -> Any:
    """By its label: audit stands beside the console on the ladder."""
    return apps.get_model("audit", "AuditRun").objects.order_by("-started_at").first()


def _kind(code: str) -> str:
    first, *rest = code.split(":")
    if first == "org":
        return rest[1]
    if first == "fee":
        return "platform" if rest == ["platform"] else "costs"
    return "in_transit" if first.endswith("_in_transit") else first
