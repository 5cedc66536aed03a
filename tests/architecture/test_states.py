"""Every state machine: its table is whole, each allowed move works, each other one is refused."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from django.utils.timezone import now

from apps.core.models import StateChange
from apps.core.transitions import IllegalTransition, Stateful, move

STATE: str = "state"
MACHINES = [m for m in apps.get_models() if issubclass(m, Stateful)]


def state_field(machine: type[Stateful]) -> Any:
    return machine._meta.get_field(STATE)


def states_of(machine: type[Stateful]) -> list[str]:
    return [value for value, _label in state_field(machine).choices]


FORBIDDEN = [
    pytest.param(machine, source, target, id=f"{machine.__name__}-{source}-{target}")
    for machine in MACHINES
    for source, target in product(states_of(machine), repeat=2)
    if target not in machine.TRANSITIONS.get(source, ())
]


@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: m.__name__)
def test_the_table_names_known_states_and_reaches_each(machine: type[Stateful]) -> None:
    states = set(states_of(machine))
    reached = {str(to) for targets in machine.TRANSITIONS.values() for to in targets}
    start = str(state_field(machine).get_default())
    assert {str(state) for state in machine.TRANSITIONS} <= states
    assert reached | {start} == states


@pytest.mark.django_db
@pytest.mark.parametrize(("machine", "source", "target"), FORBIDDEN)
def test_a_move_that_is_not_in_the_table_is_refused(
    machine: type[Stateful], source: str, target: str
) -> None:
    row: dict[str, Any] = {"pk": 1, "state": source}
    thing = machine(**row)
    with pytest.raises(IllegalTransition), transaction.atomic():
        move(thing, target, actor="system", at=now())
    assert thing.state == source
    assert not StateChange.objects.exists()
