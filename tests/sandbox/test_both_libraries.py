"""The quick library says of a shape what the other one says, which is asked only when something is wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import httpx
import pytest
import stripe

from tests.sandbox_server import SandboxForTests
from tests.specs.held import Held, held_to, held_to_named

WRONG: tuple[Any, ...] = (None, True, -1, "ä" * 6000, {})


def both(held: Held, value: Any) -> tuple[bool, bool]:
    return held.quick.is_valid(value), held.validator.is_valid(value)


def spoilt(value: Any) -> Iterator[Any]:
    """Copies that differ in one place each: a field is another, is gone, or is one too many."""
    for holder, name in places(value):
        there = value
        for step in holder:
            there = there[step]
        kept = there[name]
        for wrong in WRONG:
            there[name] = wrong
            yield value
        there[name] = kept
        if isinstance(there, dict):
            del there[name]
            yield value
            there[name] = kept
            there["unheard_of"] = kept
            yield value
            del there["unheard_of"]


def places(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    members: list[Any] = []
    if isinstance(value, dict):
        members = list(value)
    elif isinstance(value, list):
        members = list(range(len(value)))
    found = [(above, name) for name in members]
    for name in members:
        found += places(value[name], (*above, name))
    return found


@pytest.fixture
def told(
    sandbox: SandboxForTests,
    client: stripe.StripeClient,
    session_params: Callable[..., Any],
    paypal: httpx.Client,
    order_body: Callable[..., Any],
) -> list[tuple[Held, Any]]:
    """Shapes, and what is right by them."""
    client.v1.checkout.sessions.create(session_params())
    session = sandbox.exchanges[-1][1].json()
    whole = {"Prefer": "return=representation"}
    order = paypal.post("/v2/checkout/orders", json=order_body(), headers=whole).json()
    return [
        (held_to_named("stripe", "#/$defs/R:checkout.Session"), session),
        (held_to({"$ref": "paypal#/$defs/orders.order"}), order),
        (held_to({"$ref": "paypal#/$defs/orders.order_request"}), order_body()),
    ]


def test_both_say_the_same_of_what_is_right_and_of_what_is_spoilt(
    told: list[tuple[Held, Any]],
) -> None:
    answers: Counter[tuple[bool, bool]] = Counter()
    for held, right in told:
        assert both(held, right) == (True, True)
        for wrong in spoilt(deepcopy(right)):
            answers[both(held, wrong)] += 1
    assert set(answers) == {(True, True), (False, False)}, answers
    assert answers[False, False] > 500
    assert answers[True, True] > 100


def test_true_is_not_one_and_one_is_not_true() -> None:
    assert both(held_to({"enum": [1, "a", None]}), True) == (False, False)
    assert both(held_to({"enum": [True]}), 1) == (False, False)
    assert both(held_to({"type": "integer"}), True) == (False, False)
    assert both(held_to({"enum": [1, "a", None]}), None) == (True, True)
