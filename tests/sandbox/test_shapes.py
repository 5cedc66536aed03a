"""Long histories are held to the published shapes whole: of exchanges that look alike, one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from apps.sandbox.http import Request, Response
from tests.sandbox_server import SandboxForTests
from tests.specs.distinct import look_of
from tests.specs.validate import ShapeError


def exchange(refund: str = "re_Jk3nW8", **differs: Any) -> tuple[Request, Response]:
    asked = Request("GET", f"/v1/refunds/{refund}", "", {}, b"")
    answer = {"id": refund, "amount": 1500, "status": "succeeded", "reason": None} | differs
    return asked, Response(200, json.dumps(answer).encode())


def test_other_ids_and_amounts_look_alike() -> None:
    assert look_of(*exchange("re_Jk3nW8")) == look_of(*exchange("re_Qz7bT1", amount=90))


@pytest.mark.parametrize(
    "differs",
    [
        {"status": "pending"},
        {"status": None},
        {"amount": "1500"},
        {"amount": -1500},
        {"reason": "duplicate"},
        {"note": "new"},
        {"id": "re_Jk3nW8" * 40},
    ],
)
def test_other_words_kinds_signs_fields_and_lengths_do_not(differs: dict[str, Any]) -> None:
    assert look_of(*exchange()) != look_of(*exchange(**differs))


def test_what_broke_its_shape_is_told_each_time(sandbox: SandboxForTests) -> None:
    for refund in ("re_Jk3nW8", "re_Qz7bT1"):
        sandbox.exchanges.append(exchange(refund, status="lost"))
        with pytest.raises(ShapeError):
            sandbox.check_looks()
    assert sandbox.exchanges == []


def test_a_story_is_held_to_every_value(
    sandbox: SandboxForTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also what looks like something that was checked before."""
    checked: list[str] = []
    monkeypatch.setattr("tests.sandbox_server._held_to_their_shape", set())
    monkeypatch.setattr(
        "tests.specs.validate.check_exchange", lambda request, _: checked.append(request.path)
    )
    for refund in ("re_Jk3nW8", "re_Qz7bT1"):
        sandbox.exchanges.append(exchange(refund))
        sandbox.check_looks()
    assert len(checked) == 1
    sandbox.exchanges.append(exchange("re_Qz7bT1"))
    sandbox.check_shapes()
    assert len(checked) == 2
