"""Discount codes for stories."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Organizer
from apps.vouchers.models import Code
from apps.vouchers.services.make import Terms, make_code
from apps.vouchers.states import CodeKind
from tests.factories.selling import NOON


def make_discount(organizer: Organizer, text: str = "WELCOME10", **terms: Any) -> Code:
    """Ten per cent off, for everybody, always."""
    kind = terms.pop("kind", CodeKind.PERCENT)
    if kind == CodeKind.PERCENT:
        terms.setdefault("percent", 10)
    return make_code(organizer, text, Terms(kind, **terms), actor="user:1", at=NOON)
