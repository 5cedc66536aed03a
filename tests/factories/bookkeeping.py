"""The accounts of an organizer whose accountant uses SKR 03 as it is."""

from __future__ import annotations

from typing import Any

from apps.accounts.models import Organizer
from apps.exports.datev import standard
from apps.exports.models import Bookkeeping
from apps.exports.services.save_bookkeeping import save_bookkeeping
from tests.factories.selling import NOON


def make_bookkeeping(organizer: Organizer, **fields: Any) -> Bookkeeping:
    defaults: dict[str, Any] = {"consultant": 29098, "client": 55003, "fees_key": "9"}
    numbers = Bookkeeping(
        organizer=organizer, **(defaults | dict(standard.accounts("03", 4)) | fields)
    )
    save_bookkeeping(numbers, standard.revenue("03", 4), actor="user:1", at=NOON)
    return numbers
