"""Random evenings of several tills beside a shop: whatever happens, in any order, no rule is broken."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from django.utils.timezone import now

from apps.audit.registry import all_checks
from apps.box_office.models import Till, TillLine
from apps.box_office.services import book, sell
from apps.box_office.services.close_till import Count, close_till
from apps.box_office.services.give_back import give_back
from apps.box_office.services.move_cash import NotThatMuch, put_in, take_out
from apps.box_office.services.open_till import TillIsOpen, open_till
from apps.box_office.services.sell import InHand, begin_sale, finish_sale
from apps.box_office.services.upgrade import begin as begin_upgrade
from apps.checkin.models import Device
from apps.core.invariants import offenders
from apps.core.money import Money
from apps.inventory.claims import SoldOut
from apps.inventory.holds import NotOurs
from apps.ledger.balances import all_balances
from apps.orders.models import Order
from apps.orders.services.cancel import NotCancellable, cancel
from apps.orders.services.expire import expire
from apps.orders.services.place import TooManyHolds
from apps.orders.services.refund import NotRefundable, refund_order
from apps.orders.services.settle import settle
from apps.orders.services.start_payment import NotPayable
from apps.orders.services.upgrade import NotUpgradable
from apps.payments.gateways.offline import Method
from apps.payments.models import Payment
from apps.tickets.models import Ticket
from apps.variants.models import Variant
from tests.factories.door import make_device
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.factories.world import buy
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db

STEPS = 140
DEVICES = 3


class Killed(BaseException):
    """The process died here."""


@dataclass
class Evening:
    """`pick` chooses among what there is."""

    variants: list[Variant]
    devices: list[Device]
    at: datetime
    counted: dict[str, int] = field(default_factory=lambda: {"cash": 0, "card": 0})

    @property
    def organizer(self) -> int:
        return self.variants[0].event.organizer_id

    def till(self, pick: int) -> Till | None:
        return Till.objects.filter(device=self.devices[pick % DEVICES], state="open").first()

    def opens(self, pick: int) -> None:
        sum_ = Money(pick * 100, "EUR")
        device = self.devices[pick % DEVICES]
        try:
            open_till(device, sum_, cashier="", key=uuid.uuid4(), at=self.at)
        except TillIsOpen:
            return

    def begins(self, pick: int) -> None:
        if (till := self.till(pick)) is None:
            return
        heads = {self.variants[pick % len(self.variants)].pk: 1 + pick % 3}
        try:
            begin_sale(till, heads, sale=uuid.uuid4(), language="en", at=self.at)
        except (SoldOut, TooManyHolds):
            return

    def finishes(self, pick: int) -> None:
        till, order = self.till(pick), self.order(pick, "open", "pending")
        if till is None or order is None:
            return
        paid = InHand(Method.CASH if pick % 3 else Method.CARD)
        with killed(pick):
            try:
                finish_sale(till, order, paid, at=self.at)
            except (NotPayable, NotOurs, NotUpgradable, book.TillClosed):
                return

    def lets_go(self, pick: int) -> None:
        if order := self.order(pick, "open", "pending"):
            try:
                cancel(order, actor="device:1", reason="", at=self.at)
            except NotCancellable:
                return

    def upgrades(self, pick: int) -> None:
        if (till := self.till(pick)) is None:
            return
        tickets = Ticket.objects.filter(event=self.variants[0].event, state="valid").order_by("pk")
        if not (found := list(tickets)):
            return
        ticket, better = found[pick // DEVICES % len(found)], self.variants[2]
        try:
            begin_upgrade(till, ticket, better, sale=uuid.uuid4(), language="en", at=self.at)
        except (NotUpgradable, SoldOut, TooManyHolds):
            return

    def runs_out(self, pick: int) -> None:
        if order := self.order(pick, "open", "pending"):
            expire(order, at=self.at)

    def gives_back(self, pick: int) -> None:
        till, order = self.till(pick), self.order(pick, "paid")
        if till is None or order is None:
            return
        try:
            give_back(till, order, reason="ill", at=self.at)
        except (NotRefundable, NotThatMuch):
            return

    def organizer_gives_back(self, pick: int) -> None:
        if order := self.order(pick, "paid"):
            try:
                refund_order(order, actor="user:1", reason="", at=self.at)
            except NotRefundable:
                return

    def moves(self, pick: int) -> None:
        if (till := self.till(pick)) is None:
            return
        act = put_in if pick % 2 else take_out
        try:
            act(till, Money(1 + pick * 50, "EUR"), reason="x", key=uuid.uuid4(), at=self.at)
        except NotThatMuch:
            return

    def closes(self, pick: int) -> None:
        if (till := self.till(pick)) is None:
            return
        cash = max(book.must_hold(till, Method.CASH).minor + pick % 7 - 3, 0)
        card = max(book.must_hold(till, Method.CARD).minor, 0)
        close_till(till, Count(till.money(cash), till.money(card)), actor="device:1", at=self.at)

    def sells_online(self, _pick: int) -> None:
        try:
            buy(self.variants[0].event, self.variants[0], 1, at=self.at)
        except SoldOut:
            return

    def workers_run(self, _pick: int) -> None:
        deliver_all(at=self.at)
        for payment in Payment.objects.filter(provider="offline"):
            settle(payment, actor="system", at=self.at)

    def order(self, pick: int, *states: str) -> Order | None:
        found = list(Order.objects.filter(channel="box_office", state__in=states).order_by("pk"))
        return found[pick // DEVICES % len(found)] if found else None


@contextmanager
def killed(pick: int) -> Iterator[None]:
    """Between the steps of a sale: before the till is locked, or before its line is written."""
    where = {0: "lock_open", 1: "write_line"}.get(pick % 8)
    if where is None:
        yield
        return

    def die(*_args: object, **_named: object) -> None:
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sell, where, die)
        try:
            yield
        except Killed:
            return


ACTS: tuple[Callable[[Evening, int], None], ...] = (
    *[Evening.begins, Evening.finishes] * 8,
    *[Evening.opens, Evening.upgrades] * 4,
    *[Evening.moves, Evening.gives_back, Evening.sells_online, Evening.workers_run] * 2,
    *[Evening.lets_go, Evening.runs_out, Evening.organizer_gives_back, Evening.closes],
)


def sound(evening: Evening) -> None:
    broken = {check.name: rows for check in all_checks() if (rows := list(offenders(check)))}
    assert broken == {}
    own = {
        code: money.minor
        for (code, _), money in all_balances().items()
        if code.split(":")[0] in {"till", "terminal", "own_sales", "till_difference"}
    }
    assert sum(own.values()) == 0
    assert sum(money.minor for money in all_balances().values()) == 0


@pytest.mark.parametrize("seed", range(5))
def test_any_evening_is_sound(seed: int) -> None:
    """A seed that fails tells its story again."""
    event = make_event(make_organizer(release_at_sale=True), at=now())
    variants = [make_variant(event), make_variant(event, "Kind", price_minor=0)]
    variants.append(make_variant(event, "Loge", price_minor=5800))
    make_quota(event, 60, *variants)
    make_quota(event, 12, variants[2], name="Boxes")
    devices = [make_device(event, f"Kasse {n}", box_office=True)[0] for n in range(DEVICES)]
    evening, chance = Evening(variants, devices, now()), random.Random(seed)
    for _ in range(STEPS):
        chance.choice(ACTS)(evening, chance.randrange(100))
        evening.at += timedelta(seconds=5)
    evening.workers_run(0)
    sound(evening)
    for number in range(DEVICES):
        evening.closes(number)
    sound(evening)
    assert {*TillLine.objects.values_list("kind", flat=True)} >= {"float", "sale"}
    left = {code: money for (code, _), money in all_balances().items() if money}
    assert not [code for code in left if code.startswith(("till:", "terminal:"))]
