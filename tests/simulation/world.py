"""What a shop is like before anything happens: its terms, prices, codes and accounts are drawn as well."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from apps.accounts.fees import Band
from apps.accounts.models import Organizer, PayoutMethod
from apps.core.money import coin
from apps.sandbox.stripe import accounts, accounts_v2
from apps.sandbox.stripe.call import Call
from apps.vouchers.states import CodeKind
from tests.buying import Shop
from tests.factories.codes import make_discount
from tests.factories.door import make_device
from tests.factories.invoicing import make_entity, make_platform
from tests.factories.selling import (
    make_event,
    make_fees,
    make_organizer,
    make_payable,
    make_quota,
    make_variant,
)
from tests.sandbox_server import SandboxForTests
from tests.simulation.life import START

CAPACITY = 7
BUDGET = 2
# More than that takes two persons to pay out.
TWO_PERSONS_ABOVE = {"EUR": 9000, "JPY": 9000, "HUF": 900_000}
# Most shops sell in euros. The yen has no smaller coins, and of the forint books know some that nobody has.
CURRENCIES = ("EUR", "EUR", "EUR", "EUR", "EUR", "JPY", "HUF")
OPENED = START - timedelta(days=1)

Agreeing = Callable[[Organizer, str], object]


def _fees(*bands: Band, passes_provider_fee: bool = False) -> Agreeing:
    return lambda organizer, currency: make_fees(
        organizer, *bands, at=OPENED, currency=currency, passes_provider_fee=passes_provider_fee
    )


AGREED: tuple[Agreeing, ...] = (
    lambda _organizer, _currency: None,  # the usual
    lambda _organizer, _currency: None,
    _fees(Band(Decimal("2.5"), fixed=79)),
    _fees(Band(Decimal(7), least=100, most=250), Band(Decimal(3), above=3000)),
    _fees(Band(Decimal(5)), passes_provider_fee=True),
)


def open_shop(sandbox: SandboxForTests, chance: random.Random) -> Shop:
    currency = chance.choice(CURRENCIES)
    one = coin(currency)
    organizer = make_organizer(
        release_at_sale=chance.random() < 0.6,
        payout_reserve_percent=chance.choice([0, 0, 10]),
        payout_reserve_minor=chance.choice([0, 0, 1000 * one]),
        payout_minimum_minor=chance.choice([0, 0, 2000 * one]),
    )
    chance.choice(AGREED)(organizer, currency)
    event = make_event(
        organizer, at=START, currency=currency, buyers_bear_fee=chance.random() < 0.4
    )
    policy: dict[str, Any] = {
        "refund_hours": chance.choice([24, 24, None]),
        "refund_percent": chance.choice([100, 80, 33]),
        "refund_keeps_fee": chance.random() < 0.5,
    }
    parkett = make_variant(event, price_minor=chance.choice([3800, 1999]) * one, **policy)
    standing = make_variant(event, "Stehplatz", price_minor=1250 * one, **policy)
    hall = make_quota(event, CAPACITY, parkett, standing)
    make_device(event)
    make_discount(organizer, "WELCOME10", per_person=1)
    five = {"kind": CodeKind.FIXED, "amount_minor": 500 * one, "currency": currency}
    make_discount(organizer, "FIVE", budget=BUDGET, **five)
    make_discount(organizer, "GUEST", percent=100, budget=1)
    make_entity(organizer, at=OPENED)
    make_platform(at=OPENED)
    make_payable(organizer)
    _connect_stripe(sandbox, organizer)
    return Shop(sandbox, organizer, event, parkett, hall)


def _connect_stripe(sandbox: SandboxForTests, organizer: Organizer) -> None:
    """Since long: the account has gone through Stripe's pages."""
    wanted = {
        "configuration": {"recipient": {}},
        "contact_email": organizer.email,
        "dashboard": "express",
        "defaults": {"responsibilities": {"fees_collector": "application"}},
        "identity": {"country": "de"},
    }
    with sandbox.world.turn():
        account = accounts_v2.create(Call(sandbox.world, wanted))["id"]
        accounts.activate(sandbox.world, account)
    PayoutMethod.objects.create(
        organizer=organizer, provider="stripe", destination=account, payable=True
    )
