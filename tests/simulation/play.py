"""Plays one history of a seed and judges it."""

from __future__ import annotations

import random
from contextlib import ExitStack
from dataclasses import dataclass

from django.core import mail
from django.core.cache import cache
from django.db.utils import OperationalError

from apps.payments.gateways.paypal.client import _tokens
from tests.buying import Shop
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant
from tests.sandbox_server import SandboxForTests
from tests.simulation import crashes, ends
from tests.simulation.emptied import empty
from tests.simulation.life import START, Life
from tests.simulation.steps import MEANWHILE, TROUBLE, WEIGHTS, Step

CAPACITY = 7
DIES, IS_OVERTAKEN = 0.10, 0.08
_STEPS, _WEIGHTS = list(WEIGHTS), list(WEIGHTS.values())


@dataclass(frozen=True)
class History:
    seed: int
    steps: int
    told: list[str]
    flaws: list[str]
    books: dict[str, int]

    def __str__(self) -> str:
        again = f"make simulate SEED={self.seed} STEPS={self.steps}"
        return "\n".join([*self.told, *(f"!! {flaw}" for flaw in self.flaws), again])


def play(sandbox: SandboxForTests, seed: int, steps: int) -> History:
    """On an emptied database, in committed transactions of its own."""
    empty()
    forget(sandbox)
    life = Life(open_shop(sandbox), random.Random(seed))
    flaws: list[str] = []
    try:
        for _ in range(steps):
            takes(life, life.chance.choices(_STEPS, _WEIGHTS)[0])
        ends.comes_to_rest(life)
        flaws = ends.flaws(life)
    except Exception as failure:  # noqa: BLE001 - a bug is what is looked for; its seed must be told
        flaws = [f"{type(failure).__name__}: {failure}"]
    return History(seed, steps, life.told, flaws, life.shop.balances())


def takes(life: Life, step: Step) -> None:
    """One step, which may be cut short, or overtaken."""
    with ExitStack() as around:
        fate = life.chance.random()
        if fate < DIES:
            around.enter_context(crashes.dying(life))
        elif fate < DIES + IS_OVERTAKEN:
            around.enter_context(
                crashes.overtaken(life, life.one_of(MEANWHILE), (*TROUBLE, OperationalError))
            )
        try:
            done = step(life)
        except TROUBLE as trouble:
            done = f"… {type(trouble).__name__}"
        if done:
            life.tells(f"{step.__module__.rpartition('.')[2]:10} {step.__name__}: {done}")


def open_shop(sandbox: SandboxForTests) -> Shop:
    organizer = make_organizer()
    event = make_event(organizer, at=START)
    parkett = make_variant(event)
    return Shop(sandbox, organizer, event, parkett, make_quota(event, CAPACITY, parkett))


def forget(sandbox: SandboxForTests) -> None:
    """What the providers, the cache and this process remember."""
    sandbox.begin_anew()
    cache.clear()
    mail.outbox = []
    _tokens.drop()
