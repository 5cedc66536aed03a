"""The first step on a machine without network: uv cannot be had, pip and one wheel of ours can."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from config.launch.bootstrap import INSTALLER, PIP_WHEEL

HANDED_OVER = """
import sys
import parterre_probe
print("handed over", sys.argv[1:], parterre_probe.ANSWER)
"""
Start = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The smallest that bootstrap.py needs: itself, its wheel, the locks, something to hand over to."""
    launch = tmp_path / "checkout" / "config" / "launch"
    launch.mkdir(parents=True)
    shutil.copy(Path(INSTALLER).with_name("bootstrap.py"), launch)
    shutil.copy(INSTALLER, launch)
    (launch / PIP_WHEEL.name).symlink_to(PIP_WHEEL)
    (launch / "__main__.py").write_text(HANDED_OVER)
    root = tmp_path / "checkout"
    wheel = make_wheel(tmp_path / "wheels")
    lock(root, hashlib.sha256(wheel.read_bytes()).hexdigest())
    return root


def make_wheel(folder: Path) -> Path:
    folder.mkdir()
    wheel = folder / "parterre_probe-1.0-py3-none-any.whl"
    about = "parterre_probe-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("parterre_probe.py", "ANSWER = 42\n")
        archive.writestr(
            f"{about}/METADATA", "Metadata-Version: 2.1\nName: parterre-probe\nVersion: 1.0\n"
        )
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return wheel


def lock(root: Path, sha256: str) -> None:
    line = f"parterre-probe==1.0 --hash=sha256:{sha256}\n"
    (root / "requirements.lock").write_text(line)


@pytest.fixture
def start(checkout: Path, tmp_path: Path) -> Start:
    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "config/launch/bootstrap.py", *arguments],
            cwd=checkout,
            env={
                "PATH": os.environ["PATH"],
                "HOME": "/nonexistent",
                "PIP_CONFIG_FILE": os.devnull,
                "PIP_NO_INDEX": "1",
                "PIP_FIND_LINKS": str(tmp_path / "wheels"),
                **more,
            },
            capture_output=True,
            text=True,
        )

    return run


def test_it_installs_once_and_hands_over(checkout: Path, start: Start, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (checkout / ".venv").symlink_to(tmp_path / "elsewhere" / "venv")
    first = start("run", "--port", "1")
    assert first.returncode == 0, first.stderr
    assert "no uv for this machine; using pip" in first.stdout
    assert first.stdout.splitlines()[-1] == "handed over ['run', '--port', '1'] 42"
    assert (checkout / ".venv").is_symlink()
    assert start("run").stdout == "handed over ['run'] 42\n"


def test_where_no_bytecode_may_lie_beside_the_sources_it_is_kept_in_venv(
    checkout: Path, start: Start
) -> None:
    assert start("run", PYTHONDONTWRITEBYTECODE="1").returncode == 0
    kept = [path.name for path in (checkout / ".venv" / "bytecode").rglob("parterre_probe*.pyc")]
    assert kept == [f"parterre_probe.{sys.implementation.cache_tag}.pyc"]
    assert not list((checkout / "config").rglob("__pycache__"))


def test_another_hash_is_refused(checkout: Path, start: Start) -> None:
    lock(checkout, "0" * 64)
    refused = start("run")
    assert refused.returncode == 1
    assert "Installing requirements.lock failed" in refused.stderr
    assert "handed over" not in refused.stdout
    assert not (checkout / ".venv" / "installed-requirements").exists()


def test_a_venv_whose_python_is_gone_is_made_anew(checkout: Path, start: Start) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to("/nonexistent/python3")
    assert start("run").stdout.endswith("handed over ['run'] 42\n")


def test_a_changed_pip_wheel_is_not_run(checkout: Path, start: Start) -> None:
    wheel = checkout / "config" / "launch" / PIP_WHEEL.name
    wheel.unlink()
    wheel.write_bytes(PIP_WHEEL.read_bytes() + b" ")
    refused = start("run")
    assert refused.returncode == 1
    assert f"{PIP_WHEEL.name} is not the file it should be" in refused.stderr
