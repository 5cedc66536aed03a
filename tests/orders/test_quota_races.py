"""The quotas of a variant change in the moment a sale is confirmed."""

from __future__ import annotations

import time

import pytest

from apps.inventory import holds
from apps.inventory.models import SOLD, Place
from apps.orders.models import OrderLine, UnitPlace
from apps.orders.services import rebind
from apps.orders.services.rebind import rebind_variant
from apps.orders.states import OrderState
from apps.payments.gateways.base import Kind
from apps.variants.models import Variant
from tests.buying import Buyer, Shop, open_shop
from tests.factories.selling import make_quota
from tests.racing import run_at_once
from tests.sandbox_server import SandboxForTests

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
BUSY_SECONDS = 0.5  # what a busy server puts between a look and an act


@pytest.fixture
def shop(transactional_db: None, sandbox: SandboxForTests) -> Shop:
    return open_shop(sandbox)


@pytest.fixture(autouse=True)
def _slow_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The order is still unpaid when it is listed among those that move along."""
    real = rebind._held

    def look_and_wait(variant: Variant) -> list[OrderLine]:
        found = real(variant)
        time.sleep(BUSY_SECONDS)
        return found

    monkeypatch.setattr(rebind, "_held", look_and_wait)


def sold_places(shop: Shop) -> list[str]:
    """By the name of their quotas, those of the tickets, after a sale and a change of quotas at once."""
    buyer, cap = Buyer(shop), make_quota(shop.event, 5, name="Cap")
    payment = buyer.on_the_way_to_pay(Kind.STRIPE)
    buyer.pays(payment)

    def work(number: int) -> object:
        if number == 0:
            rebind_variant(shop.parkett, [cap])
            return "rebound"
        time.sleep(BUSY_SECONDS / 2)
        return buyer.comes_back(payment).state

    assert run_at_once(2, work) == ["rebound", OrderState.PAID]
    sold = UnitPlace.objects.filter(place__claimed_until=SOLD)
    return list(sold.values_list("place__quota__name", flat=True))


def test_a_sale_waits_while_the_quotas_change_and_has_its_places_there(shop: Shop) -> None:
    assert sold_places(shop) == ["Cap", "Cap"]
    assert not Place.objects.filter(quota=shop.hall, claim__isnull=False).exists()


def test_control_without_the_lock_the_paid_order_loses_its_places(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holds, "share_event", lambda _event_id: None)
    assert sold_places(shop) == []
