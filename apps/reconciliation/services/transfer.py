"""Operators moved money between a provider's balance and the bank, and say so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from apps.core.money import Money
from apps.ledger import treasury
from apps.ledger.post import post
from apps.reconciliation.models import BankTransfer
from apps.trail.record import record


@dataclass(frozen=True, slots=True)
class Moved:
    """amount: to the bank; below zero from it. key: of the form, so that sent twice is booked once."""

    provider: str
    amount: Money
    on: date
    key: UUID
    note: str = ""


def book_transfer(moved: Moved, *, actor: str, at: datetime) -> BankTransfer:
    with transaction.atomic():
        transfer, new = BankTransfer.objects.get_or_create(
            key=moved.key,
            defaults={
                "provider": moved.provider,
                "amount_minor": moved.amount.minor,
                "currency": moved.amount.currency,
                "moved_on": moved.on,
                "note": moved.note,
                "actor": actor,
                "created_at": at,
            },
        )
        if new:
            draft = treasury.bank_transfer(
                transfer.provider, f"transfer:{transfer.pk}", transfer.amount
            )
            post(draft, subject=transfer.subject, at=at)
            record(
                "bank.transfer",
                about=transfer,
                actor=actor,
                at=at,
                reason=transfer.note,
                amount=transfer.amount,
            )
    return transfer
