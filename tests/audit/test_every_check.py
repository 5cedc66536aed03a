"""Every check there is gets a database in which its rule is broken, and names what breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from apps.audit.registry import all_checks
from apps.audit.run import look
from apps.checkin.models import Entry as Inside
from apps.core.invariants import offenders
from apps.core.models import StateChange
from apps.invoices.models import Invoice
from apps.ledger.models import Checkpoint, DaySum, Entry
from apps.orders.models import OrderRefundLine, UnitPlace
from apps.outbox.models import Delivery
from apps.payments.gateways.registry import PAYOUT_GATEWAYS
from apps.payouts.models import PayoutOrder
from apps.trail.models import DaySeal
from tests.factories.bank import Bank
from tests.factories.damage import DAMAGE as OF_SALES
from tests.factories.damage_of_exports import EXPORTS
from tests.factories.damage_of_invoices import INVOICES
from tests.factories.world import World, make_world

pytestmark = pytest.mark.django_db

DAMAGE = OF_SALES | INVOICES | EXPORTS
CHECKS = {check.name: check for check in all_checks()}


@pytest.fixture(scope="module")
def whole(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Made once: of a hundred stories each breaks it in a savepoint of its own."""
    around_all = transaction.atomic()
    around_all._from_testcase = True  # type: ignore[attr-defined]  # durable blocks may stand in it
    with django_db_blocker.unblock(), around_all:
        with pytest.MonkeyPatch.context() as patched:
            patched.setitem(PAYOUT_GATEWAYS, "paypal", Bank())
            yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(whole: World) -> World:
    return deepcopy(whole)


def names(world: World) -> dict[str, object]:
    """What the damages call the things of the world."""
    held = UnitPlace.objects.filter(unit__line__order=world.paid).order_by("place_id")
    first, second = held.select_related("unit__ticket", "place")
    entry = Entry.objects.filter(posting__key=f"sale:order:{world.paid.pk}")[0]
    dead = OrderRefundLine.objects.select_related("unit__ticket", "order_refund").get(
        order_refund__refund=world.refund
    )
    assert dead.unit
    delivery = Delivery.objects.order_by("id")[0]
    checkpoint = Checkpoint.objects.order_by("-entry_id")[0]
    day_sum = DaySum.objects.order_by("id")[0]
    invoice = Invoice.objects.get(order=world.paid)
    return {
        "event": world.event.pk,
        "venue": world.event.venue_id,
        "variant": world.variant.pk,
        "quota": world.quota.pk,
        "draw": world.variant.draws.get().pk,
        "paid": world.paid.reference,
        "paid_id": world.paid.pk,
        "line": first.unit.line_id,
        "unit": first.unit_id,
        "unit_place": first.pk,
        "place": first.place_id,
        "next_place": second.place_id,
        "ticket": first.unit.ticket_id,
        "ticket_reference": first.unit.ticket.reference,
        "payment": world.payment.reference,
        "payment_id": world.payment.pk,
        "order_payment": world.payment.order_payment.pk,
        "refund": world.refund.pk,
        "decided": dead.order_refund_id,
        "dead_unit": dead.unit_id,
        "dead_line": dead.line_id,
        "dead_ticket": dead.unit.ticket.reference,
        "given_back": world.given_back.reference,
        "refunded_payment": world.refund.payment.reference,
        "payout": world.payout.reference,
        "payout_id": world.payout.pk,
        "payout_order": PayoutOrder.objects.order_by("id")[0].pk,
        "scan": world.scan.scan_id,
        "scanned": world.scan.ticket_id,
        "inside": Inside.objects.get().pk,
        "next_inside": Inside.objects.get().pk + 1,
        "posting": entry.posting_id,
        "entry": entry.pk,
        "account": checkpoint.account_id,
        "checkpoint": checkpoint.pk,
        "closing": day_sum.closing_id,
        "day_sum": day_sum.pk,
        "summed": day_sum.account_id,
        "summed_kind": day_sum.kind,
        "summed_day": day_sum.day,
        "device": world.till.device_id,
        "till": world.till.pk,
        "sold_here": world.sold_here.pk,
        "sold_here_order": world.sold_here.order_id,
        "sold_here_reference": world.sold_here.order.reference if world.sold_here.order else "",
        "given_back_here": world.given_back_here.pk,
        "first_change": StateChange.objects.order_by("id")[0].pk,
        "sealed_day": DaySeal.objects.get().day,
        "delivery": delivery.pk,
        "handler": delivery.handler,
        "invoice": invoice.pk,
        "number": invoice.number,
        "series": invoice.series_id,
        "year": invoice.series.year,
        "organizer": invoice.organizer_id,
        "elsewhere": world.elsewhere.pk,
        "foreign": world.foreign.pk,
        "foreign_organizer": world.elsewhere.organizer_id,
        "foreign_variant": world.foreign.lines.get().variant_id,
    }


def break_it(sql: str) -> None:
    """Past constraints and guards, as only a superuser can."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_every_check_has_its_story() -> None:
    assert set(CHECKS) == set(DAMAGE)


def test_every_invariant_has_checks() -> None:
    assert {check.number for check in CHECKS.values()} == {1, 2, 3, 4, 5, 6, 7}


def test_a_world_made_by_the_services_breaks_no_rule(world: World) -> None:
    broken = {f.check.name: f.rows for f in look(CHECKS.values()) if f.rows}
    assert broken == {}


@pytest.mark.parametrize("name", DAMAGE)
def test_what_breaks_a_rule_is_found(world: World, name: str) -> None:
    sql, rows = DAMAGE[name]
    known = names(world)
    break_it(sql.format(**known))
    assert list(offenders(CHECKS[name])) == [row.format(**known) for row in rows]
