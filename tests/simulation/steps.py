"""What can happen, and how often; and what people meet and live with."""

from __future__ import annotations

from collections.abc import Callable

from apps.box_office.services.book import TillClosed
from apps.box_office.services.move_cash import NotThatMuch
from apps.box_office.services.open_till import TillIsOpen
from apps.inventory.claims import SoldOut, VeryBusy
from apps.inventory.holds import NotOurs
from apps.ledger.settled import StillMoving
from apps.orders.services.cancel import NotCancellable
from apps.orders.services.place import TooManyHolds
from apps.orders.services.places import PlacesGone
from apps.orders.services.refund import NotRefundable
from apps.orders.services.refused import Refused
from apps.orders.services.return_tickets import NotReturnable
from apps.orders.services.start_payment import DetailsMissing, NotPayable
from apps.orders.services.upgrade import NotUpgradable
from apps.payments.gateways.errors import GatewayError
from apps.payments.services.refund import NotRefundable as PaymentNotRefundable
from apps.payouts.services.approve import OwedLess
from apps.payouts.services.payee import NotPayable as PayeeNotPayable
from apps.payouts.services.persons import SamePerson
from apps.sandbox.commands import BadCommand
from apps.sandbox.paypal.errors import PayPalError
from apps.vouchers.services.block import NothingLeft
from apps.vouchers.services.issue import NotCovered
from tests.simulation import (
    box_office,
    buyers,
    clockwork,
    operators,
    organizers,
    payouts,
    providers,
    vouchers,
)
from tests.simulation.life import Life

Step = Callable[[Life], str]

# Anything else fails the history.
TROUBLE: tuple[type[Exception], ...] = (
    *(SoldOut, VeryBusy, NotOurs, Refused, TooManyHolds, DetailsMissing),
    *(NotCancellable, NotRefundable, NotReturnable, NotPayable, PaymentNotRefundable, PlacesGone),
    *(OwedLess, PayeeNotPayable, SamePerson, StillMoving, NotCovered, NothingLeft),
    *(TillIsOpen, TillClosed, NotThatMuch, NotUpgradable),
    *(GatewayError, BadCommand, PayPalError),
)

WEIGHTS: dict[Step, int] = {
    buyers.buys: 16,
    buyers.chooses: 5,
    buyers.goes_to_pay: 7,
    buyers.pays: 9,
    buyers.comes_back: 8,
    buyers.cancels: 2,
    buyers.enters_another_code: 3,
    buyers.gives_tickets_back: 5,
    buyers.goes_to_the_bank: 4,
    vouchers.one_is_issued: 6,
    vouchers.is_put_on: 5,
    vouchers.is_taken_off: 1,
    vouchers.is_blocked: 1,
    vouchers.is_replaced: 1,
    vouchers.is_taken_back: 1,
    vouchers.their_time_is_up: 1,
    box_office.sells: 3,
    box_office.exchanges: 5,
    box_office.takes_back: 2,
    box_office.till_closes: 1,
    organizers.refunds_all: 3,
    organizers.refunds_a_ticket: 4,
    organizers.refunds_an_amount: 4,
    organizers.calls_off: 1,
    operators.accepts_a_fix: 4,
    payouts.is_paid_straight: 6,
    payouts.is_proposed: 3,
    payouts.is_approved: 3,
    payouts.is_cancelled: 1,
    payouts.is_taken_back: 2,
    payouts.account_changes: 1,
    payouts.paypal_will: 2,
    payouts.organizer_draws: 1,
    providers.webhooks_come: 9,
    providers.a_forged_webhook_comes: 1,
    providers.a_provider_fails: 4,
    providers.a_bank_decides: 4,
    providers.refunds_will: 2,
    providers.somebody_refunds_there: 1,
    clockwork.workers_run: 10,
    clockwork.time_passes: 8,
    clockwork.a_day_passes: 1,
    clockwork.clocks_are_set: 2,
    clockwork.the_cache_is_lost: 1,
}

# What a second worker may be at, while the first is at the same thing.
MEANWHILE: tuple[Step, ...] = (
    *(buyers.comes_back, buyers.cancels, providers.webhooks_come),
    *(organizers.refunds_all, organizers.refunds_a_ticket, clockwork.works_twice),
    *(buyers.gives_tickets_back, payouts.is_approved),
    *(vouchers.is_put_on, vouchers.is_blocked, box_office.exchanges),
    operators.accepts_a_fix,
)
