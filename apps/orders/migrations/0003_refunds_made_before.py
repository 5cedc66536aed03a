"""Refunds that were asked for before each had its decision: the whole order, or made at the provider."""

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from django.db import migrations
from django.db.models import Sum

OF_A_SALE = ("refund_requested", "own_refund", "own_fee_given_back")


def split(amount, weights):
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    shares = [amount * weight // total for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda i: -(amount * weights[i] % total))
    for i in by_rest[: amount - sum(shares)]:
        shares[i] += 1
    return shares


def staying(tax, total, left):
    part = Decimal(tax) * left / total if total else Decimal(0)
    return int(part.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class Story:
    """Of one order."""

    def __init__(self, apps, order):
        self.apps, self.order = apps, order
        self.lines = list(order.lines.order_by("pk"))
        self.given = defaultdict(int)

    def decide(self, kind, amount, at, *, refund=None, with_units=False):
        made = self.apps.get_model("orders", "OrderRefund").objects.create(
            order=self.order,
            refund=refund,
            kind=kind,
            amount_minor=amount,
            fee_back_minor=self.fee_back(refund),
            reason=refund.reason if refund else "",
            actor="system",
            created_at=at,
        )
        lefts = [line.total_minor - self.given[line.pk] for line in self.lines]
        for line, share in zip(self.lines, split(amount, lefts), strict=True):
            units = list(line.units.order_by("pk")) if with_units else [None]
            for unit, part in zip(units, split_evenly(share, len(units)), strict=True):
                if unit is not None or part:
                    self.write(made, line, unit, part)

    def write(self, made, line, unit, part):
        before = line.total_minor - self.given[line.pk]
        tax = staying(line.tax_minor, line.total_minor, before)
        tax -= staying(line.tax_minor, line.total_minor, before - part)
        made.lines.create(line=line, unit=unit, amount_minor=part, tax_minor=tax)
        self.given[line.pk] += part

    def fee_back(self, refund):
        if refund is None:
            return 0
        booked = self.apps.get_model("ledger", "Entry").objects.filter(
            posting__key__in=[f"{kind}:refund:{refund.pk}" for kind in OF_A_SALE],
            account__code="fee:platform",
        )
        return booked.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def split_evenly(amount, parts):
    return split(amount, [1] * parts)


def record(apps, schema_editor):
    Order = apps.get_model("orders", "Order")
    Refund = apps.get_model("payments", "Refund")
    Posting = apps.get_model("ledger", "Posting")
    applied = Refund.objects.filter(payment__order_payment__applied=True).order_by("pk")
    by_order = defaultdict(list)
    for refund in applied.select_related("payment__order_payment"):
        if (
            refund.payment.provider == "offline"
            or Posting.objects.filter(key=f"refund_requested:refund:{refund.pk}").exists()
        ):
            by_order[refund.payment.order_payment.order_id].append(refund)
    ended = Order.objects.filter(lines__units__ticket__state="refunded").values_list("pk", flat=True)
    for order in Order.objects.filter(pk__in={*by_order, *ended}).order_by("pk"):
        story, whole = Story(apps, order), False
        for refund in by_order[order.pk]:
            kind = "whole" if refund.purpose else "adopted"
            whole = whole or kind == "whole"
            story.decide(
                kind,
                refund.amount_minor,
                refund.created_at,
                refund=refund,
                with_units=kind == "whole",
            )
        if not whole and order.pk in set(ended):
            units = order.lines.filter(units__ended_at__isnull=False)
            at = units.order_by("-units__ended_at").values_list("units__ended_at", flat=True)[0]
            story.decide("whole", 0, at, with_units=True)


def forget(apps, schema_editor):
    apps.get_model("orders", "OrderRefundLine").objects.all().delete()
    apps.get_model("orders", "OrderRefund").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("orders", "0002_order_refund"), ("ledger", "0002_books")]

    operations = [migrations.RunPython(record, forget)]
