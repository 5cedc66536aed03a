"""No call of the sandbox escapes the published shapes, unless it is listed as one that has none."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import stripe

from apps.sandbox.http import Route
from apps.sandbox.paypal.routes import ROUTES as PAYPAL
from apps.sandbox.stripe.routes import ROUTES as STRIPE
from tests.specs import validate

LISTED = {tuple(call.split(" ")) for call in validate.WITHOUT_SHAPE}
SPECS = Path(validate.__file__).parent


def described(provider: str, route: Route) -> bool:
    path = re.sub(r"\{\w+\}", "x", route.pattern)
    return validate.find_operation(provider, route.method, path) is not None


def listed(provider: str, route: Route) -> bool:
    return (provider, route.method, re.sub(r"\{\w+\}", "{id}", route.pattern)) in LISTED


@pytest.mark.parametrize(("provider", "routes"), [("stripe", STRIPE), ("paypal", PAYPAL)])
def test_each_call_has_a_shape_or_is_listed_as_having_none(
    provider: str, routes: tuple[Route, ...]
) -> None:
    assert [r.pattern for r in routes if described(provider, r) is listed(provider, r)] == []


def test_the_source_of_a_balance_transaction_is_what_the_package_types() -> None:
    shapes = json.loads((SPECS / "stripe.json").read_text())["$defs"]
    union = shapes["R:BalanceTransaction"]["properties"]["source"]["anyOf"][0]["anyOf"]
    named = {one["$ref"].rpartition(":")[2] for one in union if "$ref" in one}
    typed = str(stripe.BalanceTransaction.__annotations__["source"]).replace(
        "DisputeResource", "Dispute"
    )
    members = set(re.findall(r"ForwardRef\('(\w+)'\)", typed))
    assert named == {name for name in members if f"R:{name}" in shapes}
