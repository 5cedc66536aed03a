"""Giving back at once: by thirty-two people, against a buyer's bank, and against the door."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier

import pytest
from django.db.models import Sum
from django.utils.timezone import now

from apps.checkin.models import Entry
from apps.checkin.services.scan import scan
from apps.core.money import Money
from apps.events.models import Event
from apps.ledger import invariants as ledger_invariants
from apps.orders import invariants
from apps.orders.models import Order, OrderRefund, Unit
from apps.orders.services.dispute import look_at_disputes
from apps.orders.services.give_back import Giving, NotRefundable
from apps.orders.services.refund import Amount, Tickets, refund, refund_order
from apps.orders.services.return_tickets import return_tickets
from apps.payments.gateways.base import Kind
from apps.payments.models import Dispute, Payment, Refund
from apps.payments.services.refund import left_to_refund, standing_of
from apps.payments.states import DisputeState
from apps.shop.views.giving_back import went_in
from apps.tickets.models import Ticket
from tests.buying import Shop, open_shop
from tests.disputing import all_is_well, paid
from tests.factories.box_office import broken
from tests.factories.door import make_attempt
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.factories.world import buy
from tests.outbox_pump import deliver_all
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
ACTORS = 32
LENA = Giving("user:1", "ill")


def sound() -> list[str]:
    return broken(invariants, ledger_invariants)


def sell(heads: int) -> tuple[Order, Payment]:
    """Of an event whose doors are open; buyers may give back until it begins."""
    event: Event = make_event(make_organizer(), at=now(), starts_at=now() + timedelta(hours=1))
    variant = make_variant(event, refund_hours=0)
    make_quota(event, heads, variant)
    return buy(event, variant, heads, at=now())


def units_of(order: Order) -> list[Unit]:
    units = Unit.objects.filter(line__order=order).order_by("pk")
    return list(units.select_related("ticket__event", "ticket__variant"))


def test_thirty_two_at_once_give_back_each_ticket_once() -> None:
    order, payment = sell(8)
    units = units_of(order)

    def work(number: int) -> OrderRefund:
        return refund(order, Tickets(frozenset({units[number % 8].pk})), LENA, at=now())

    results = run_at_once(ACTORS, work)
    made = [result for result in results if isinstance(result, OrderRefund)]
    assert sum(isinstance(result, NotRefundable) for result in results) == ACTORS - 8
    assert [one.amount_minor for one in made] == [3800] * 8
    assert sum(one.fee_back_minor for one in made) == order.fee_minor
    assert left_to_refund(payment).minor == 0
    assert (Ticket.objects.living().count(), sound()) == (0, [])


def test_thirty_two_at_once_never_give_back_more_than_was_paid() -> None:
    order, payment = sell(2)
    thousand = Amount(Money(1000, "EUR"))
    results = run_at_once(ACTORS, lambda _: refund(order, thousand, LENA, at=now()))
    assert sum(isinstance(result, NotRefundable) for result in results) == ACTORS - 7
    assert Refund.objects.aggregate(sum=Sum("amount_minor"))["sum"] == 7000
    assert (left_to_refund(payment).minor, sound()) == (600, [])


def test_control_reading_what_is_left_before_the_lock_gives_back_too_much() -> None:
    _order, payment = sell(2)
    all_have_read = Barrier(ACTORS)

    def careless(_number: int) -> None:
        left = left_to_refund(payment).minor
        all_have_read.wait(timeout=30)
        if left >= 1000:
            Refund.objects.create(payment=payment, amount_minor=1000, created_at=now())

    run_at_once(ACTORS, careless)
    assert left_to_refund(payment).minor == 7600 - ACTORS * 1000


@pytest.fixture
def shop(transactional_db: None, sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


def test_a_refund_and_a_dispute_at_once_take_the_money_once(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    bank.does("dispute")  # the provider knows, we do not yet

    def work(number: int) -> object:
        if number % 2:
            return look_at_disputes(bank.payment, at=now())
        return refund_order(bank.order, actor="user:1", reason="ill", at=now())

    results = run_at_once(8, work)
    failed = [r for r in results if isinstance(r, Exception) and not isinstance(r, NotRefundable)]
    assert failed == []
    dispute = Dispute.objects.get()
    asked = Refund.objects.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    assert (asked, dispute.reserved_minor) in {(7600, 0), (0, 7600)}
    deliver_all(at=now())  # Stripe refuses to refund what is disputed
    assert not Refund.objects.filter(state="succeeded").exists()
    all_is_well(shop)


def test_control_asking_for_a_dispute_before_the_lock_takes_the_money_twice(shop: Shop) -> None:
    bank = paid(shop, Kind.STRIPE)
    both_have_read = Barrier(2)

    def careless(number: int) -> None:
        seen = standing_of(bank.payment)
        free = seen.left.minor if not seen.is_disputed else 0
        both_have_read.wait(timeout=10)
        if number:
            Refund.objects.create(payment=bank.payment, amount_minor=free, created_at=now())
        else:
            Dispute.objects.create(
                payment=bank.payment,
                provider="stripe",
                provider_id="du_1",
                state=DisputeState.OPEN,
                amount_minor=free,
                reserved_minor=free,
                opened_at=now(),
            )

    assert run_at_once(2, careless) == [None, None]
    assert left_to_refund(bank.payment).minor == -7600


def test_who_goes_in_gets_no_money_back_and_who_gets_it_does_not_go_in() -> None:
    """Eight tickets; for each of them two scan and two give it back."""
    order, _payment = sell(8)
    units = units_of(order)

    def work(number: int) -> object:
        unit = units[number % 8]
        if number // 8 % 2:
            return scan(make_attempt(unit.ticket, scanned_at=now()), at=now()).verdict
        key = f"buyer:{number}"
        return return_tickets(order, {unit.pk}, key=key, went_in=went_in, at=now())

    results = run_at_once(ACTORS, work)
    inside = set(Entry.objects.standing().values_list("ticket", flat=True))
    back = set(Ticket.objects.filter(state="refunded").values_list("pk", flat=True))
    assert inside & back == set()
    assert len(inside | back) == 8
    assert results.count("admitted") == len(inside)
    assert OrderRefund.objects.count() == Refund.objects.count() == len(back)
    assert sound() == []


def test_control_asking_the_door_before_the_lock_pays_who_is_inside() -> None:
    order, _payment = sell(1)
    (unit,) = units_of(order)
    asked_early = went_in([unit.ticket])
    scan(make_attempt(unit.ticket, scanned_at=now()), at=now())
    return_tickets(order, {unit.pk}, key="buyer:1", went_in=lambda _: asked_early, at=now())
    assert went_in([unit.ticket]) == {unit.ticket_id}
    assert Ticket.objects.get().state == "refunded"
