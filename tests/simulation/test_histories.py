"""A fixed budget of random histories; `make simulate` plays others, and any of them again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tests.sandbox_server import SandboxForTests
from tests.simulation.crashes import second_worker_goes
from tests.simulation.emptied import empty, sweeper_goes
from tests.simulation.play import play

PORTIONS, HISTORIES = 15, 20
SHORT, LONG = range(3, 7), 20

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_connection() -> Iterator[None]:
    """Its clock is shifted; nobody else gets it."""
    yield
    empty()
    connection.close()
    second_worker_goes()
    sweeper_goes()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.payments.gateways.retrying.PAUSE_SECONDS", 0)


def steps_of(seed: int) -> int:
    """One in twenty is long: most of what goes wrong needs few steps in many shops."""
    return LONG if seed % 20 == 0 else SHORT[seed % len(SHORT)]


@pytest.mark.long
@pytest.mark.parametrize("portion", range(PORTIONS))
def test_any_history_ends_with_books_that_agree(sandbox: SandboxForTests, portion: int) -> None:
    for seed in range(portion * HISTORIES, (portion + 1) * HISTORIES):
        history = play(sandbox, seed, steps_of(seed))
        assert not history.flaws, f"\n{history}"


@pytest.mark.parametrize("seed", [3])
def test_a_seed_tells_the_same_story_again(sandbox: SandboxForTests, seed: int) -> None:
    first = play(sandbox, seed, 20)
    play(sandbox, seed + 1, 10)  # something else in between leaves no trace
    assert play(sandbox, seed, 20) == first
    assert len(first.told) > 10
