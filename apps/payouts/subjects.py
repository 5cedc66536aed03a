"""Postings are about orders and payouts by text ("orders.order:7"); here it becomes an id again."""

from __future__ import annotations

from collections.abc import Iterable

from apps.orders.models import Order
from apps.payouts.models import Payout
from apps.vouchers.models import GiftVoucher


def order_ids(subjects: Iterable[str]) -> list[int]:
    return _ids(subjects, Order._meta.label_lower)


def payout_ids(subjects: Iterable[str]) -> list[int]:
    return _ids(subjects, Payout._meta.label_lower)


def voucher_ids(subjects: Iterable[str]) -> list[int]:
    return _ids(subjects, GiftVoucher._meta.label_lower)


def is_payout(subject: str) -> bool:
    return subject.startswith(f"{Payout._meta.label_lower}:")


def _ids(subjects: Iterable[str], label: str) -> list[int]:
    parts = (subject.rpartition(":") for subject in subjects)
    return [int(key) for name, _, key in parts if name == label]
