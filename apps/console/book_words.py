"""The books in words: what kinds of postings are about, whose accounts these are, where a posting is from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import Organizer
from apps.console.words import provider_words
from apps.invoices.kinds import Kind
from apps.invoices.models import Invoice
from apps.ledger.chart import PLATFORM_FEE, PROVIDERS
from apps.ledger.models import Posting
from apps.payouts.models import Netting
from apps.reconciliation.models import Case

SHOWN = 10
# Of every recipe; `tests/console/test_ledger.py` asks for the words of a new one.
KINDS: Mapping[str, Promise] = {
    "sale": gettext_lazy("Sale"),
    "release": gettext_lazy("Released for payout"),
    "provider_fee": gettext_lazy("Provider's fee"),
    "provider_fee_passed_on": gettext_lazy("Provider's fee passed on"),
    "provider_fee_given_back": gettext_lazy("Provider's fee given back"),
    "unapplied_received": gettext_lazy("Money that bought nothing"),
    "unapplied_applied": gettext_lazy("It bought an order after all"),
    "unapplied_refund_requested": gettext_lazy("Sent back to the buyer"),
    "refund_requested": gettext_lazy("Refund asked for"),
    "refund_confirmed": gettext_lazy("Refund left"),
    "refund_failed": gettext_lazy("Refund failed"),
    "refund_came_back": gettext_lazy("Refund came back"),
    "own_sale": gettext_lazy("Sale at the box office"),
    "own_refund": gettext_lazy("Refund at the box office"),
    "own_fee_given_back": gettext_lazy("Fee given back"),
    "till_moved": gettext_lazy("Cash into or out of a till"),
    "till_closed": gettext_lazy("Till closed"),
    "payout_approved": gettext_lazy("Payout approved"),
    "payout_sent": gettext_lazy("Payout left"),
    "payout_fee": gettext_lazy("Fee of a payout"),
    "payout_failed": gettext_lazy("Payout that was not sent"),
    "payout_returned": gettext_lazy("Payout came back"),
    "debt_netted": gettext_lazy("Debt settled from another provider"),
    "dispute_withdrawn": gettext_lazy("Taken for a dispute"),
    "dispute_reinstated": gettext_lazy("Given back after a dispute"),
    "dispute_fee": gettext_lazy("Fee of a dispute"),
    "dispute_reserved": gettext_lazy("Kept for a dispute"),
    "dispute_let_go": gettext_lazy("No longer kept for a dispute"),
    "dispute_lost": gettext_lazy("Dispute lost"),
    "dispute_fee_given_back": gettext_lazy("Fee given back after a dispute"),
    "voucher_issued": gettext_lazy("Gift voucher issued"),
    "voucher_replaced": gettext_lazy("Put on another voucher"),
    "voucher_expired": gettext_lazy("Rest of a gift voucher that is over"),
    "voucher_taken_back": gettext_lazy("Gift voucher taken back"),
    "bank_transfer": gettext_lazy("Bank transfer"),
    "correction": gettext_lazy("Correction"),
}
_SHARED: Mapping[str, Promise] = {
    "clearing": gettext_lazy("Held at %(provider)s"),
    "disputed": gettext_lazy("Taken by %(provider)s for disputes"),
    "unapplied": gettext_lazy("Owed to buyers, at %(provider)s"),
    "refunds_in_transit": gettext_lazy("Refunds on their way, at %(provider)s"),
    "payouts_in_transit": gettext_lazy("Payouts on their way, at %(provider)s"),
    "suspense": gettext_lazy("Not explained yet, at %(provider)s"),
    "loss": gettext_lazy("Our loss at %(provider)s"),
    "fee:provider": gettext_lazy("Fees of %(provider)s for payments"),
    "fee:payout": gettext_lazy("Fees of %(provider)s for payouts"),
    "fee:dispute": gettext_lazy("Fees of %(provider)s for disputes"),
    "org:pending": gettext_lazy("%(organizer)s: pending at %(provider)s"),
    "org:available": gettext_lazy("%(organizer)s: available at %(provider)s"),
    "org:reserve": gettext_lazy("%(organizer)s: kept for disputes at %(provider)s"),
    "voucher": gettext_lazy("On a gift voucher, at %(provider)s"),
    "till": gettext_lazy("%(organizer)s: cash in a till"),
    "terminal": gettext_lazy("%(organizer)s: card terminal"),
    "own_sales": gettext_lazy("%(organizer)s: own box office"),
    "till_difference": gettext_lazy("%(organizer)s: missing in tills"),
    "fee:platform": gettext_lazy("Platform fees"),
    "bank": gettext_lazy("Our bank account"),
}
# What a posting's key names beside its subject.
_LABELS = {
    "order": "orders.order",
    "payment": "payments.payment",
    "refund": "payments.refund",
    "dispute": "payments.dispute",
    "payout": "payouts.payout",
    "transfer": "reconciliation.banktransfer",
}


def kind_words(kind: str) -> str:
    """A kind without words here is at least readable."""
    return str(KINDS.get(kind, kind.replace("_", " ").capitalize()))


def names_of_accounts(codes: Iterable[str]) -> dict[str, str]:
    """In one query, however many: "Lichtbogen: available at Stripe"."""
    codes = list(codes)
    ids = {owner for code in codes if (owner := _owner(code))}
    names = dict(Organizer.objects.filter(pk__in=ids).values_list("pk", "name"))
    return {code: _account(code, names) for code in codes}


def sources_of(posting: Posting) -> list[str]:
    """Subjects that have a page, the narrowest first: a posting about an order may be of one refund."""
    _kind, name, *rest = [*posting.key.split(":"), ""]
    found = [f"{_LABELS[name]}:{rest[0]}"] if name in _LABELS else []
    if posting.kind == "correction":
        found += [f"reconciliation.case:{pk}" for pk in _cases_of(posting)]
    if posting.kind == "debt_netted":  # it has no page but its organizer's
        netted = Netting.objects.filter(pk=posting.subject.rpartition(":")[2])
        found += [f"accounts.organizer:{pk}" for pk in netted.values_list("organizer", flat=True)]
    found += [posting.subject, *(f"invoices.invoice:{pk}" for pk in _invoices_of(posting))]
    return list(dict.fromkeys(found))


def _owner(code: str) -> int | None:
    first, *rest = code.split(":")
    owned = first in {"org", "till", "terminal", "own_sales", "till_difference"}
    return int(rest[0]) if owned and rest and rest[0].isdecimal() else None


def _account(code: str, names: Mapping[int, str]) -> str:
    first, *rest = code.split(":")
    owner = _owner(code)
    if first == "org":
        first = f"org:{rest[1]}"
    elif first == "fee":
        first = f"fee:{rest[0]}"
    words = _SHARED.get(first)
    if words is None:
        return code
    last = rest[-1] if rest else ""
    return str(words) % {
        "provider": provider_words(last) if last in PROVIDERS else last,
        "organizer": names.get(owner or 0) or _("Organizer %s") % owner,
    }


def _cases_of(posting: Posting) -> list[int]:
    _correction, kind, *rest = posting.key.split(":")
    subject = posting.subject if rest[:1] == ["reading"] else ":".join(rest)
    return list(
        Case.objects.filter(kind=kind, subject=subject).values_list("pk", flat=True)[:SHOWN]
    )


def _invoices_of(posting: Posting) -> list[int]:
    """What its buyer got over it, and what its organizer got over the fee in it."""
    label, _colon, order = posting.subject.rpartition(":")
    if label != "orders.order":
        return []
    day = posting.at.date()
    fee = posting.entries.filter(account__code=PLATFORM_FEE).exists()
    over_fees = Q(kind__in=[Kind.FEE_INVOICE, Kind.FEE_CREDIT], organizer__orders=order)
    in_month = Q(supplied_from__lte=day, supplied_until__gte=day)
    wanted = Q(order=order) | (over_fees & in_month if fee else Q(pk__in=[]))
    found = Invoice.objects.filter(wanted).order_by("pk")
    return list(found.values_list("pk", flat=True).distinct()[:SHOWN])
