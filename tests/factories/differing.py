"""A shop whose books are compared with its providers', and what can be done to make them differ."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils.timezone import now

from apps.core.money import Money
from apps.orders.models import Order
from apps.payments.gateways.base import Kind as Provider
from apps.payments.models import Payment
from apps.payouts.models import Payout
from apps.payouts.services.approve import approve
from apps.payouts.services.connect import Pages, connect_stripe
from apps.payouts.services.look import look
from apps.payouts.services.propose import propose
from apps.reconciliation.kinds import Fix
from apps.reconciliation.models import Case
from apps.reconciliation.services.accept import accept
from apps.reconciliation.services.look import Looked
from apps.reconciliation.services.reconcile import reconcile
from apps.reconciliation.services.transfer import Moved, book_transfer
from apps.reconciliation.states import CaseState
from tests.buying import Buyer, Shop, open_shop
from tests.factories.paying_out import pay_to
from tests.outbox_pump import deliver_all
from tests.sandbox_server import SandboxForTests

PAGES = Pages("https://shop.example/return/", "https://shop.example/again/")
DAY = timedelta(days=1)


@dataclass
class Desk:
    shop: Shop
    at: datetime = field(default_factory=now)

    @property
    def sandbox(self) -> SandboxForTests:
        return self.shop.sandbox

    def sells(self, provider: Provider, heads: int = 2) -> tuple[Order, Payment]:
        buyer = Buyer(self.shop)
        payment = buyer.on_the_way_to_pay(provider, heads)
        buyer.pays(payment)
        order = buyer.comes_back(payment)
        self.works()
        payment.refresh_from_db()
        return order, payment

    def works(self) -> None:
        """The outbox, until nothing is left to do."""
        deliver_all(at=max(now(), self.at) + timedelta(minutes=1))

    def connects(self, provider: Provider) -> None:
        organizer = self.shop.organizer
        if provider == Provider.PAYPAL:
            pay_to(organizer, "kasse@lichtbogen.example", at=now())
            return
        page = connect_stripe(organizer, country="DE", pages=PAGES, actor="user:1", at=now())
        self.sandbox.do("submit_account", account=page.destination)
        self.sandbox.later(1)
        connect_stripe(organizer, country="DE", pages=PAGES, actor="user:1", at=now())

    def adds_funds(self, provider: Provider, minor: int = 10_000) -> None:
        """From the bank, and books it by hand."""
        self.sandbox.do("fund", provider=provider, currency="EUR", amount=minor)
        moved = Moved(provider, Money(-minor, "EUR"), now().date(), uuid.uuid4())
        book_transfer(moved, actor="user:7", at=now())

    def pays_out(self, provider: Provider) -> Payout:
        method = self.shop.organizer.payout_methods.get(provider=provider)
        payout = propose(method, "EUR", at=now())
        assert payout
        approve(payout, actor="user:1", at=now())
        self.works()
        for _ in range(3):
            self.sandbox.later(2)
        payout.refresh_from_db()
        return look(payout, at=now())

    def looks(self, after: timedelta = 3 * DAY) -> Looked:
        """The nightly comparison; by default when nothing can be young any more."""
        self.at += after
        self.sandbox.later(after.total_seconds())
        return reconcile(at=self.at)[1]

    def open_cases(self) -> list[tuple[str, int]]:
        cases = Case.objects.filter(state=CaseState.OPEN).order_by("kind", "pk")
        return [(case.kind, case.amount_minor) for case in cases]

    def case(self) -> Case:
        return Case.objects.living().get()

    def accepts(self, fix: Fix | None = None, **more: Any) -> Case:
        """What is proposed, or this."""
        case = self.case()
        done = accept(case, fix or Fix(case.fix), actor="user:7", at=self.at, **more)
        self.works()
        return done

    def agrees(self) -> bool:
        """Once more everything is looked at, twice: nothing differs, and nothing is left to say."""
        for _ in range(2):
            self.looks(DAY)
        return not Case.objects.living().exists()


def open_desk(sandbox: SandboxForTests) -> Desk:
    shop = open_shop(sandbox, capacity=100)
    shop.organizer.release_at_sale = True
    shop.organizer.save()
    return Desk(shop)


def forget(sql: str, *values: str) -> None:
    """Damage, past the guards, as only a superuser can."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")
