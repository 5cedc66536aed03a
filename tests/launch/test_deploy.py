"""deploy/ as docs/operating.md has a person use it."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from apps.tickets.keys import new_pem
from config.launch.folders import ROOT

SHOW = "import os; print(*(os.environ[name] for name in ('PUBLIC_URL', 'TICKET_SIGNING_KEYS')))"


def test_a_command_gets_the_settings_of_the_file(tmp_path: Path) -> None:
    # As `awk` of docs/operating.md writes it: in one line.
    key = new_pem().replace("\n", "\\n")
    file = tmp_path / "parterre.env"
    file.write_text(f"# the shop\nPUBLIC_URL='https://a.example'\nTICKET_SIGNING_KEYS='{key}'\n")
    # From another folder, as cron does, and without a PATH.
    done = subprocess.run(
        [ROOT / "deploy" / "with-environment", "python", "-c", SHOW],
        cwd="/",
        env={"PARTERRE_ENVIRONMENT": str(file)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"https://a.example {key}\n"


def test_without_the_file_nothing_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [ROOT / "deploy" / "with-environment", "echo", "ran"],
        env={"PATH": os.environ["PATH"], "PARTERRE_ENVIRONMENT": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout == ""


def test_the_unit_finds_each_process_of_the_procfile() -> None:
    unit = (ROOT / "deploy" / "parterre@.service").read_text()
    (command,) = re.findall(r"\$\((sed .*)\)'", unit)
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, _, expected = line.partition(": ")
        found = subprocess.run(
            ["sh", "-c", command.replace("%i", name)], cwd=ROOT, capture_output=True, text=True
        )
        assert found.stdout == expected + "\n"
        assert name == "release" or f"parterre@{name}" in unit
