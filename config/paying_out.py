"""Who may decide about money going out."""

from __future__ import annotations

from config import env, formats

# By currency, in minor units: above it, it takes two persons to pay out.
PAYOUT_TWO_PERSONS_ABOVE: dict[str, int] = env.read(
    "PAYOUT_TWO_PERSONS_ABOVE",
    formats.amounts_by_currency,
    {},
    what="currency and amount, comma separated: EUR 10000, CHF 10000",
    empty={},
)
