from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.load import Load, Ran, run
from bench.measuring import Line
from bench.processes import Family
from bench.report import Aim, Report

GUNICORN = "import sys; sum(i * i for i in range(3_000_000)); sys.stdin.read()"


def test_percentiles_and_the_number_of_operations_are_exact() -> None:
    assert Ran(2.0, [float(n) for n in range(1, 102)]).percentile(95) == 96.0
    assert run(Load(lambda: lambda: None, clients=3, seconds=60, most=10)).count == 10


def test_a_line_adds_up_web_worker_and_postgres_and_compares_with_the_floor() -> None:
    cpu = {"web": 6.0, "worker": 1.5, "postgres": 2.5, "valkey": 9.0}
    report = Report()
    report.add(Line("place", Ran(2.0, [10.0] * 100), cpu, 8.0), 2.0, Aim(12, 10))
    cells = [cell.strip() for cell in report.text().splitlines()[2].split("|")]
    assert cells[1:5] == ["place", "50.0", "10", "10"]
    assert cells[8:14] == ["10.0", "≤ 12", "8.00", "≤ 10", "2.00", "5.0"]


def test_time_of_a_child_under_a_leash_is_counted_for_its_group(tmp_path: Path) -> None:
    leash = tmp_path / "leash.py"  # the launcher's wrapper is told by its name
    leash.write_text(GUNICORN)
    child = subprocess.Popen([sys.executable, leash, "gunicorn"], stdin=subprocess.PIPE, text=True)
    try:
        while not (spent := Family(os.getpid()).cpu_ms()["web"]):
            assert child.poll() is None
        assert spent > 0
        assert "postgres" not in Family(os.getpid()).cpu_ms()
    finally:
        child.communicate("")
