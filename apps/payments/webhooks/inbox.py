"""
What providers tell us: verified, stored once, published, answered fast. Understood later, by a worker
that reads the truth from the provider.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

import structlog
from django.db import connection, transaction

from apps.outbox.handlers import subscriptions
from apps.outbox.publish import publish
from apps.payments.gateways.base import Kind, Notice, Subject
from apps.payments.gateways.registry import NOTICE_GATEWAYS
from apps.payments.models import ProviderNotice
from apps.payments.states import NoticeState

BODY_BYTES_MAX = 1024 * 1024

_INSERT = """
    INSERT INTO payments_providernotice (
        provider, endpoint, event_id, type, state, subject, reference, ids, account, livemode, body,
        error, created_at, received_at
    ) VALUES (
        %(provider)s, %(endpoint)s, %(event_id)s, %(type)s, %(state)s, %(subject)s, %(reference)s,
        %(ids)s, %(account)s, %(livemode)s, %(body)s, '', %(created_at)s, %(received_at)s
    ) ON CONFLICT (provider, endpoint, event_id) DO NOTHING RETURNING id
"""

log = structlog.get_logger(__name__)


def receive(
    kind: Kind, headers: Mapping[str, str], body: bytes, *, endpoint: str, at: datetime
) -> ProviderNotice | None:
    """
    headers: lower-case names. None: we have it already.

    :raises BadSignature: it is not the provider's word; nothing is stored.
    :raises Unavailable: it cannot be verified now; nothing is stored.
    """
    notice = NOTICE_GATEWAYS[kind].verify(headers, body, endpoint=endpoint, at=at)
    return keep(kind, notice, endpoint=endpoint, at=at)


def keep(kind: Kind, notice: Notice, *, endpoint: str, at: datetime) -> ProviderNotice | None:
    """Store a verified notice and publish it, in one transaction; None: we have it already."""
    with transaction.atomic():
        stored = _insert(kind, notice, endpoint=endpoint, at=at)
        if stored is None:
            return None
        if stored.state == NoticeState.RECEIVED:
            stored.message = publish(_topic(notice), about=stored, at=at)
            stored.save(update_fields=["message"])
    if notice.subject is Subject.DISPUTE:
        log.error("dispute_at_provider", provider=kind, type=notice.type, **notice.ids)
    return stored


def _insert(kind: Kind, notice: Notice, *, endpoint: str, at: datetime) -> ProviderNotice | None:
    """One statement decides who is first."""
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "provider": kind,
                "endpoint": endpoint,
                "event_id": notice.event_id,
                "type": notice.type[:80],
                "state": _first_state(notice),
                "subject": notice.subject or "",
                "reference": (notice.reference or "")[:127],
                "ids": json.dumps(dict(notice.ids)),
                "account": notice.account,
                "livemode": notice.livemode,
                "body": json.dumps(notice.body),
                "created_at": notice.created_at,
                "received_at": at,
            },
        )
        row = cursor.fetchone()
    return ProviderNotice.objects.get(pk=row[0]) if row else None


def _first_state(notice: Notice) -> NoticeState:
    if notice.subject is Subject.DISPUTE:
        return NoticeState.PARKED  # a person answers it, at the provider
    if notice.subject is None or not subscriptions()[_topic(notice)]:
        return NoticeState.IGNORED
    return NoticeState.RECEIVED


def _topic(notice: Notice) -> str:
    return f"provider.notice.{notice.subject}"
