"""Plays one history of a seed and judges it."""

from __future__ import annotations

import random
from contextlib import ExitStack
from dataclasses import dataclass

from django.core import mail
from django.core.cache import cache
from django.db.utils import OperationalError
from django.test.utils import override_settings

from apps.payments.gateways.paypal.client import _tokens
from tests.sandbox_server import SandboxForTests
from tests.simulation import crashes, ends
from tests.simulation.emptied import empty
from tests.simulation.life import Life
from tests.simulation.post import post_of
from tests.simulation.rest import comes_to_rest
from tests.simulation.steps import MEANWHILE, TROUBLE, WEIGHTS, Step
from tests.simulation.world import TWO_PERSONS_ABOVE, open_shop

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
    with override_settings(PAYOUT_TWO_PERSONS_ABOVE=TWO_PERSONS_ABOVE), post_of(seed):
        return _play(sandbox, seed, steps)


def _play(sandbox: SandboxForTests, seed: int, steps: int) -> History:
    empty()
    forget(sandbox)
    chance = random.Random(seed)
    life = Life(open_shop(sandbox, chance), chance)
    flaws: list[str] = []
    try:
        for _ in range(steps):
            takes(life, life.chance.choices(_STEPS, _WEIGHTS)[0])
        comes_to_rest(life)
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


def forget(sandbox: SandboxForTests) -> None:
    """What the providers, the cache and this process remember."""
    sandbox.begin_anew()
    cache.clear()
    mail.outbox = []
    _tokens.drop()
