"""Our answer to a dispute, once: the evidence, or that the buyer is right."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import IntegrityError, transaction

from apps.outbox.publish import publish
from apps.payments.gateways import errors
from apps.payments.gateways.base import Kind as Gateway
from apps.payments.gateways.disputes import Evidence
from apps.payments.gateways.registry import DISPUTE_GATEWAYS
from apps.payments.models import Dispute, DisputeAnswer
from apps.payments.states import DISPUTE_RUNNING, DisputeState
from apps.trail.record import record

log = structlog.get_logger(__name__)

Kind = DisputeAnswer.Kind


class NotAnswerable(Exception):
    """It was answered already, or is decided, or takes no answer of this kind."""


def takes_evidence(dispute: Dispute) -> bool:
    """A question at PayPal is talked over on its pages, or refunded."""
    talks = dispute.state == DisputeState.INQUIRY and dispute.provider == Gateway.PAYPAL
    return dispute.state in DISPUTE_RUNNING and not talks


def send_evidence(
    dispute: Dispute, evidence: Evidence, *, actor: str, at: datetime
) -> DisputeAnswer:
    """
    The row with the exact request, and the fact; a worker sends it.

    :raises NotAnswerable: nothing was written.
    """
    if not takes_evidence(dispute):
        raise NotAnswerable
    request = DISPUTE_GATEWAYS[dispute.provider].prepare_evidence(evidence)
    answer = DisputeAnswer(kind=Kind.EVIDENCE, text=evidence.statement, request=request)
    return _answer(dispute, answer, actor=actor, at=at)


def accept(dispute: Dispute, *, actor: str, at: datetime) -> DisputeAnswer:
    """
    The buyer keeps the money, and nobody argues.

    :raises NotAnswerable: nothing was written.
    """
    return _answer(dispute, DisputeAnswer(kind=Kind.ACCEPTANCE), actor=actor, at=at)


def _answer(dispute: Dispute, answer: DisputeAnswer, *, actor: str, at: datetime) -> DisputeAnswer:
    answer.dispute, answer.actor, answer.created_at = dispute, actor, at
    try:
        with transaction.atomic():
            locked = Dispute.objects.select_for_update(no_key=True).get(pk=dispute.pk)
            if locked.state not in DISPUTE_RUNNING:
                raise NotAnswerable
            answer.save(force_insert=True)
            record(
                f"dispute.{answer.kind}", about=dispute, actor=actor, at=at, amount=dispute.amount
            )
            publish("dispute.answered", about=answer, at=at)
    except IntegrityError as error:
        raise NotAnswerable from error
    return answer


def submit_answer(answer_id: int, *, at: datetime) -> DisputeAnswer:
    """
    Send it under its key. Safe to repeat. Not in a transaction.

    :raises GatewayError: the outcome is open or the cause is passing; call again.
    """
    answer = DisputeAnswer.objects.select_related("dispute").get(pk=answer_id)
    if answer.sent_at is not None or answer.refused:
        return answer
    try:
        _send(answer)
    except (errors.Declined, errors.Invalid, errors.NotFound, errors.AlreadyDone) as error:
        log.warning("dispute_answer_refused", dispute=answer.dispute_id, code=error.code)
        answer.refused = error.code[:200] or type(error).__name__
    else:
        answer.sent_at = at
    with transaction.atomic():
        answer.save(update_fields=["refused", "sent_at"])
        if answer.refused:
            publish("dispute.answer_refused", about=answer.dispute, at=at)
    return answer


def _send(answer: DisputeAnswer) -> None:
    dispute, key = answer.dispute, f"answer-{answer.dispute_id}"
    gateway = DISPUTE_GATEWAYS[dispute.provider]
    if answer.kind == Kind.ACCEPTANCE:
        gateway.accept_dispute(dispute.provider_id, key=key)
    else:
        gateway.submit_evidence(dispute.provider_id, answer.request, key=key)
