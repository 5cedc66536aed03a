"""`make bench`: the bench package starts what it measures by itself."""

from __future__ import annotations

import subprocess
import sys

from config.launch.folders import ROOT


def main(arguments: list[str]) -> int:
    return subprocess.run(
        [sys.executable, "-m", "bench", *arguments], cwd=ROOT, check=False
    ).returncode
