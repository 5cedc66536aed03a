from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.launch.environment import RULES, Address, bare, for_demo
from config.launch.folders import ROOT, RunFolder

READS = re.compile(r"\benv\.(?:text|words|integer|percent|flag|read)\(\s*\"(\w+)\"")


def test_no_real_shops_settings_reach_a_demo_or_a_test(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {
        name
        for file in (ROOT / "config").glob("*.py")
        for name in READS.findall(file.read_text(encoding="utf-8"))
    }
    assert {"SECRET_KEY", "VIES_API_BASE"} <= names
    for name in names:
        monkeypatch.setenv(name, "a real shop's")
    assert names & set(bare()) == set()
    address = Address("http://localhost:8000", 8001, 8002)
    demo = for_demo(RunFolder(tmp_path).make(), address)
    assert {name for name, value in demo.items() if value == "a real shop's"} == set(RULES)
