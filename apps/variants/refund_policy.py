"""What a buyer may give back without asking: until when, how much, and in which words it is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from django.utils.translation import gettext as _

from apps.core.templatetags.look import clock, full_date
from apps.variants.models import Variant


@dataclass(frozen=True, slots=True)
class RefundPolicy:
    """until: None is never."""

    until: datetime | None
    percent: int
    keeps_fee: bool


def policy_of(variant: Variant) -> RefundPolicy:
    """variant: with its event."""
    if variant.refund_hours is None:
        return RefundPolicy(None, 100, keeps_fee=False)
    until = variant.event.starts_at - timedelta(hours=variant.refund_hours)
    return RefundPolicy(until, variant.refund_percent, variant.refund_keeps_fee)


def in_words(policy: RefundPolicy, zone: tzinfo) -> str:
    if policy.until is None:
        return _("Cannot be given back.")
    facts = {
        "day": full_date(policy.until, zone),
        "time": clock(policy.until, zone),
        "percent": policy.percent,
    }
    return _sentence(policy) % facts


def said_once(policies: Iterable[tuple[str, RefundPolicy]], zone: tzinfo) -> list[tuple[str, str]]:
    """Names and a sentence for each policy there is; when there is one, the names are left out."""
    by_sentence: dict[str, list[str]] = {}
    for name, policy in policies:
        by_sentence.setdefault(in_words(policy, zone), []).append(name)
    if len(by_sentence) == 1:
        return [("", sentence) for sentence in by_sentence]
    return [(", ".join(names), sentence) for sentence, names in by_sentence.items()]


def _sentence(policy: RefundPolicy) -> str:
    if policy.percent == 100 and not policy.keeps_fee:
        return _("Can be given back until %(day)s, %(time)s, for the full price.")
    if policy.percent == 100:
        return _(
            "Can be given back until %(day)s, %(time)s, for the price without the service fee."
        )
    if not policy.keeps_fee:
        return _("Can be given back until %(day)s, %(time)s, for %(percent)s %% of the price.")
    return _(
        "Can be given back until %(day)s, %(time)s, for %(percent)s %% of the price"
        " without the service fee."
    )
