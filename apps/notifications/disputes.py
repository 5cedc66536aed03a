"""Who hears of disputes: the organizer's team, which has to answer, and operators of warnings."""

from __future__ import annotations

from datetime import datetime

from apps.accounts.models import User
from apps.accounts.roles import Capability
from apps.accounts.selectors import operators, team_of
from apps.notifications.services.queue import NewMail, queue_mail
from apps.orders.models import Order
from apps.outbox.models import Message
from apps.payments.models import Dispute, FraudWarning
from apps.payments.states import DISPUTE_RUNNING, DisputeState

_NEW = ("", DisputeState.INQUIRY)


def dispute_changed(message: Message, *, at: datetime) -> None:
    state, before = message.payload["state"], message.payload["before"]
    if state not in DISPUTE_RUNNING:
        _tell_team("dispute_decided", message, at=at)
    elif state != DisputeState.UNDER_REVIEW and before in _NEW:
        _tell_team("dispute_opened", message, at=at)


def answer_refused(message: Message, *, at: datetime) -> None:
    _tell_team("dispute_refused", message, at=at)


def deadline_near(message: Message, *, at: datetime) -> None:
    _tell_team("dispute_due", message, at=at)


def fraud_warned(message: Message, *, at: datetime) -> None:
    warning = FraudWarning.objects.get(pk=message.payload["id"])
    for operator in operators():
        _tell(operator, "fraud_warning", warning, message, at=at)


def _tell_team(kind: str, message: Message, *, at: datetime) -> None:
    dispute = Dispute.objects.get(pk=message.payload["id"])
    order = Order.objects.select_related("organizer").get(payments__payment=dispute.payment_id)
    for member in team_of(order.organizer, to=Capability.CHANGE_ORDERS):
        _tell(member, kind, dispute, message, at=at)


def _tell(
    user: User, kind: str, about: Dispute | FraudWarning, message: Message, *, at: datetime
) -> None:
    new = NewMail(
        kind=kind,
        to=user.email,
        language=user.language,
        dedupe_key=f"{kind}:{message.pk}:{user.pk}",
        about=about,
    )
    queue_mail(new, at=at)
