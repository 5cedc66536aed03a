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
from apps.payments.webhooks.notices import tells_nothing_new

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
            stored.message = publish(_topic(stored), about=stored, at=at)
            ProviderNotice.objects.filter(pk=stored.pk).update(message=stored.message)
    if notice.subject in {Subject.DISPUTE, Subject.WARNING}:
        log.warning("dispute_at_provider", provider=kind, type=notice.type, **notice.ids)
    return stored


def _insert(kind: Kind, notice: Notice, *, endpoint: str, at: datetime) -> ProviderNotice | None:
    """One statement decides who is first."""
    stored = _draft(kind, notice, endpoint=endpoint, at=at)
    stored.state = _first_state(stored)
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "provider": kind,
                "endpoint": endpoint,
                "event_id": stored.event_id,
                "type": stored.type,
                "state": stored.state,
                "subject": stored.subject,
                "reference": stored.reference,
                "ids": json.dumps(stored.ids),
                "account": stored.account,
                "livemode": stored.livemode,
                "body": json.dumps(stored.body),
                "created_at": stored.created_at,
                "received_at": at,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    stored.pk = row[0]
    return stored


def _draft(kind: Kind, notice: Notice, *, endpoint: str, at: datetime) -> ProviderNotice:
    return ProviderNotice(
        provider=kind,
        endpoint=endpoint,
        event_id=notice.event_id,
        type=notice.type[:80],
        subject=notice.subject or "",
        reference=(notice.reference or "")[:127],
        ids=dict(notice.ids),
        account=notice.account,
        livemode=notice.livemode,
        body=dict(notice.body),
        created_at=notice.created_at,
        received_at=at,
    )


def _first_state(stored: ProviderNotice) -> NoticeState:
    if not stored.subject or not subscriptions()[_topic(stored)] or tells_nothing_new(stored):
        return NoticeState.IGNORED
    return NoticeState.RECEIVED


def _topic(stored: ProviderNotice) -> str:
    return f"provider.notice.{stored.subject}"
