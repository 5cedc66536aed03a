from __future__ import annotations

from apps.variants.refusals import Refusal


class Refused(Exception):
    """The rules of event, variants or code speak against it."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("; ".join(r.text for r in refusals))
        self.refusals = refusals
