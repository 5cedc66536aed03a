"""When the world has caught up, nothing may be left that differs, hangs, was forgotten, or was done twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from apps.console.selectors.money import books_of
from apps.invoices.models import Draft
from apps.invoices.services.draft import undrafted
from apps.ledger import balances, chart
from apps.orders.models import Order, OrderPayment
from apps.orders.services.called_off import holding
from apps.orders.states import UNPAID
from apps.payments.models import Dispute, Payment, Refund
from apps.payments.states import PaymentState
from apps.payouts.models import Payout
from apps.payouts.states import MONEY_OUT
from apps.reconciliation.models import BalanceReading, Case, Run
from apps.sandbox.paypal import book
from apps.sandbox.stripe import balance
from apps.tickets.models import Ticket
from tests.outbox_pump import undelivered
from tests.simulation import vouchers
from tests.simulation.audited import audited
from tests.simulation.life import PAID, Life
from tests.simulation.rest import is_called_off
from tests.specs.validate import ShapeError

# Accounts of what waits, and of what we owe an organizer.
WAITING = ("unapplied:", "refunds_in_transit:", "payouts_in_transit:", "disputed:", "suspense:")
OWED = ("pending", "available", "reserve")
OUT_AT_PAYPAL = ("SUCCESS", "UNCLAIMED", "ONHOLD", "BLOCKED")


def flaws(life: Life) -> list[str]:
    return [f"{about}: {what}" for about, what in _flaws(life)]


def _flaws(life: Life) -> Iterator[tuple[str, object]]:
    yield from (("audit", row) for row in audited())
    yield from (("not delivered", delivery) for delivery in undelivered())
    yield from _orders(life)
    yield from _cases()
    yield from _money(life)
    yield from _told(life)
    yield from _losses()
    yield from _fees()
    yield from _payouts(life)
    yield from vouchers.flaws(life)
    yield from _shapes(life)


def _orders(life: Life) -> Iterator[tuple[str, object]]:
    yield from (("neither paid nor over", o.pk) for o in Order.objects.filter(state__in=UNPAID))
    yield from (("money without tickets", p.pk) for p in everything_captured_without_a_place())
    yield from (("paid, but no tickets", o.pk) for o in paid_without_tickets())
    if life.is_billed:
        yield from (("no document is due", o.pk) for o in undrafted())
        yield from (("no number", draft.key) for draft in Draft.objects.filter(done_at=None))
    if is_called_off(life):
        yield from (("called off, not given back", o.pk) for o in holding(life.shop.event))


def _cases() -> Iterator[tuple[str, object]]:
    newest = Run.objects.order_by("provider", "-pk").distinct("provider")
    yield from (("not read", run.error) for run in newest if run.error)
    for case in Case.objects.living():
        yield "case", f"{case.kind} {case.subject} {case.amount_minor} {case.story}"
    readings = BalanceReading.objects.order_by("provider", "currency", "-pk")
    for reading in readings.distinct("provider", "currency"):
        if reading.unexplained_minor:
            yield "not explained", f"{reading.provider} {reading.unexplained_minor}"


def _money(life: Life) -> Iterator[tuple[str, object]]:
    if (bank := at_the_bank(life)) != (books := in_the_books(life)):
        yield "bank and books differ", f"{bank} {books}"
    for code, minor in life.shop.balances().items():
        owed = code.startswith("org:") and code.split(":")[2] in OWED and minor <= -life.coin
        if owed or code.startswith(WAITING):
            yield "still waits", f"{code} {minor}"


def _told(life: Life) -> Iterator[tuple[str, object]]:
    """What a promoter reads of their money adds up to what the ledger owes them."""
    organizer = life.shop.organizer.pk
    owed = sum((o.pending + o.available + o.reserve).minor for o in balances.owed(organizer))
    if (told := sum(book.owed.minor for book in books_of([organizer]))) != owed:
        yield "told otherwise than owed", f"{told} of {owed}"


def _losses() -> Iterator[tuple[str, object]]:
    """Ours is what went more than once, and no more: organizers bear what they were paid."""
    for payment in Payment.objects.filter(disputes__state="lost").distinct().order_by("pk"):
        lost = list(payment.disputes.filter(state="lost"))
        back = payment.refunds.filter(state="succeeded").values_list("amount_minor", flat=True)
        gone = sum(dispute.lost_minor for dispute in lost) + sum(back)
        ours = sum(dispute.lost_minor - dispute.kept_minor for dispute in lost)
        if ours != max(gone - payment.amount_minor, 0):
            yield "our loss", f"payment {payment.pk}: {ours} of {gone}"


def _fees() -> Iterator[tuple[str, object]]:
    """The platform's fee is of what neither went back nor was lost; several lines have shares of their own."""
    paid = Order.objects.filter(state__in=PAID, total_minor__gt=0).annotate(kinds=Count("lines"))
    for order in paid.filter(kinds=1).exclude(lines__refund_keeps_fee=True).order_by("pk"):
        booked = balances.about([order.subject], [chart.PLATFORM_FEE])
        kept = -sum(part.amount.minor for part in booked)
        lost = Dispute.objects.filter(payment__order_payment__order=order, state="lost")
        gone = sum(lost.values_list("reserved_minor", flat=True))
        gone += sum(order.refunds.values_list("amount_minor", flat=True))
        due = order.fee_minor * (order.total_minor - gone) / order.total_minor
        if abs(kept - due) > 1:
            yield "another fee than agreed", f"order {order.pk}: {kept}, due {due:.1f}"


def _payouts(life: Life) -> Iterator[tuple[str, object]]:
    """As the providers tell it: each once, of its amount, and nothing that is not ours."""
    sent = sent_by_providers(life)
    for payout in Payout.objects.order_by("pk"):
        minor = payout.amount_minor if payout.state in MONEY_OUT else 0
        theirs = [left for left in sent.pop(payout.reference, []) if left]
        if theirs != ([minor] if minor else []):
            yield "paid out otherwise", f"payout {payout.pk} ({payout.state}, {minor}): {theirs}"
    yield from (("paid out by nobody", left) for left in sent.items() if any(left[1]))


def _shapes(life: Life) -> Iterator[tuple[str, object]]:
    try:
        life.shop.sandbox.check_looks()
    except ShapeError as error:
        yield "said otherwise than published", error


def sent_by_providers(life: Life) -> dict[str, list[int]]:
    """What is out, by the reference of each transfer or item."""
    sent: dict[str, list[int]] = {}
    store = life.shop.sandbox.world.store
    for row in store.oldest("transfer"):
        left = row["amount"] - row["amount_reversed"]
        sent.setdefault(row["metadata"]["payout"], []).append(left)
    for row in store.oldest("payout_item"):
        left = row["amount"] * life.unit("paypal") if row["status"] in OUT_AT_PAYPAL else 0
        sent.setdefault(row["sender_item_id"], []).append(left)
    return sent


def everything_captured_without_a_place() -> list[Payment]:
    """Captured money that neither paid an order nor went back."""
    captured = Payment.objects.filter(state=PaymentState.CAPTURED)
    used = OrderPayment.objects.filter(applied=True).values("payment")
    back = Refund.objects.filter(state="succeeded").values("payment")
    taken = Dispute.objects.filter(state="lost").values("payment")
    return list(captured.exclude(pk__in=used).exclude(pk__in=back).exclude(pk__in=taken))


def paid_without_tickets() -> list[Order]:
    """By heads bought less units given back."""
    found = []
    for order in Order.objects.filter(state__in=("paid", "completed")):
        bought = sum(order.lines.values_list("quantity", flat=True))
        ended = order.lines.filter(units__ended_at__isnull=False).values("units").count()
        if Ticket.objects.living().filter(unit__line__order=order).count() != bought - ended:
            found.append(order)
    return found


def at_the_bank(life: Life) -> dict[str, int]:
    stripe = balance.sums(life.shop.sandbox.world)
    return {
        "stripe": sum(stripe.get(life.currency.lower(), [0])),
        "paypal": book.balance(life.shop.sandbox.world, life.currency) * life.unit("paypal"),
    }


def in_the_books(life: Life) -> dict[str, int]:
    return {p: balances.balance(chart.clearing(p), life.currency).minor for p in chart.PROVIDERS}
