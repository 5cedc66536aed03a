"""
From a bare machine to a shop that answers, against the clock: `make bare`.

Fetches all packages, so it is no part of `make test`. As root it goes through an account without rights
and without a home, which is the hardest case.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.launch.checkout import Run, cleaned_up, copy_checkout

BUDGET_SECONDS = 60.0
PATIENCE_SECONDS = 240.0
LATER_BUDGET_SECONDS = 5.0
ACCOUNT = "nobody"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        checkout = copy_checkout(Path(folder) / "parterre")
        account = ACCOUNT if os.geteuid() == 0 else None
        if account:
            shutil.chown(folder, account)
            subprocess.run(["chown", "-R", account, checkout], check=True)
        with cleaned_up(checkout):
            first = _time_of(Run(checkout, account))
            later = _time_of(Run(checkout, account))
    sys.stdout.write(f"first start {first:.1f} s, later {later:.1f} s\n")
    return 0 if first <= BUDGET_SECONDS and later <= LATER_BUDGET_SECONDS else 1


def _time_of(run: Run) -> float:
    with run:
        seconds = run.wait_until_ready(PATIENCE_SECONDS)
        run.stop()
        return seconds


if __name__ == "__main__":
    sys.exit(main())
