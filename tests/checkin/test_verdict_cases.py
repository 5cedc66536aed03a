"""The server's side of the cases both it and the phones are held to (cases/verdicts.json)."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from apps.checkin.facts import Code, EntryPolicy, GateRule, Known, Place, Slot, Stay, facts
from apps.checkin.rules import judge

CASES = json.loads((Path(__file__).parent / "cases" / "verdicts.json").read_text())
GIVEN = CASES["given"]


def time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def place(door: dict[str, Any], gate: dict[str, Any] | None, direction: str) -> Place:
    policy = EntryPolicy(
        rule=door["entry_rule"],
        zone=ZoneInfo(door["timezone"]),
        per_day=door["entries_per_day"],
        day_starts_at=door["day_starts_at"],
    )
    rule = GateRule()
    if gate:
        hours = {name: time(gate[name]) for name in ("opens_at", "closes_at")}
        rule = GateRule(**{**gate, **hours})
    return Place(moment(door["closes_at"]), policy, rule, direction)


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_the_server_says(case: dict[str, Any]) -> None:
    def of(name: str) -> dict[str, Any]:
        return {**GIVEN[name], **case.get(name, {})}

    ticket, code = of("ticket"), of("code")
    stays = [Stay(moment(came), time(left)) for came, left in ticket["stays"]]
    slot = case.get("slot")
    rule = judge(
        facts(
            Code(code["ours"], code["version"], time(code["expires_at"])),
            Known(**{**ticket, "stays": stays}),
            place(of("door"), case.get("gate"), case.get("direction", GIVEN["direction"])),
            slot=Slot(**{name: moment(at) for name, at in slot.items()}) if slot else None,
            at=moment(case.get("at", GIVEN["at"])),
        )
    )
    said = {"verdict": rule.verdict.value, "reason": rule.reason, "overrule": rule.overrule}
    assert said == case["expect"]
