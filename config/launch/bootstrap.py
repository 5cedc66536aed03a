"""
Makes .venv from the lock files, then hands over to `python -m config.launch` inside it.

Runs under whatever Python the machine has, so it uses the standard library only and imports nothing
of ours. Debian's Python comes without ensurepip: the pip wheel beside this file stands in for it.
"""

from __future__ import annotations

import ast
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = Path(os.path.realpath(str(ROOT / ".venv")))  # .venv may be a link to a shared one
PYTHON = VENV / "bin" / "python"
RUNTIME, DEVELOPMENT = ROOT / "requirements.lock", ROOT / "requirements-dev.lock"
INSTALLER = HERE / "installer.lock"
PIP_WHEEL = HERE / "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
OLDEST = (3, 11)
PIP_TO_UV = {
    "UV_DEFAULT_INDEX": "index-url",
    "UV_INDEX": "extra-index-url",
    "SSL_CERT_FILE": "cert",
}
NEWER_PYTHONS = ("python3.14", "python3.13", "python3.12", "python3.11")


def main(command: str, *arguments: str) -> None:
    use_a_new_enough_python()
    lock = RUNTIME if command in {"run", "reset", "demo"} else DEVELOPMENT
    with alone():
        ensure(lock)
    os.chdir(ROOT)
    launcher = [str(PYTHON), "-m", "config.launch", command, *arguments]
    os.execve(PYTHON, launcher, environment_of_ours(dict(os.environ)))


def environment_of_ours(given: dict[str, str]) -> dict[str, str]:
    """
    Where Python may leave no bytecode beside the sources it goes into .venv: compiling all modules anew in
    each process takes most of a start.
    """
    environment = {k: v for k, v in given.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}
    if environment.pop("PYTHONDONTWRITEBYTECODE", ""):
        environment.setdefault("PYTHONPYCACHEPREFIX", str(VENV / "bytecode"))
    return environment


def use_a_new_enough_python() -> None:
    if sys.version_info >= OLDEST:
        return
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        if found:
            os.execv(found, [found, "-I", __file__, *sys.argv[1:]])
    sys.exit("Parterre needs Python 3.11 or newer; this is " + sys.version.split()[0])


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One at a time per .venv, even when several checkouts link to it."""
    VENV.parent.mkdir(parents=True, exist_ok=True)
    folder = os.open(str(VENV.parent), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def ensure(lock: Path) -> None:
    version = version_of_venv()
    stamp = VENV / ("installed-" + lock.stem)
    if version and stamp.exists() and stamp.read_text() == fingerprint(lock, version):
        return
    started = time.monotonic()
    say("installing " + lock.name + (" (first start only)" if not version else ""))
    if not version:
        make_venv()
    install(lock)
    stamp.write_text(fingerprint(lock, version_of_venv()))
    say(f"installed in {time.monotonic() - started:.1f} s")


def version_of_venv() -> str:
    """Empty when there is none that works."""
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        answer = subprocess.run(
            [str(PYTHON), "-I", "-S", "-c", "import sys; print(sys.version)"],
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ).stdout.decode()
        if tuple(int(n) for n in answer.split(".")[:2]) >= OLDEST:
            return answer
    return ""


def fingerprint(lock: Path, version: str) -> str:
    return hashlib.sha256(lock.read_bytes() + version.encode()).hexdigest()


def make_venv() -> None:
    # The interpreter behind this one: a venv must not be made from itself.
    base = getattr(sys, "_base_executable", None) or sys.executable
    run(base, "-m", "venv", "--clear", "--without-pip", str(VENV))


def install(lock: Path) -> None:
    uv = installed_uv()
    if uv:
        command = [uv, "pip", "install", "-q", "--python", str(PYTHON), "--require-hashes"]
        answer = subprocess.run(
            [*command, "-r", str(lock)], env=environment_for_uv(), cwd=str(ROOT), check=False
        )
        if answer.returncode == 0:
            return
        say("uv could not; trying again with pip (slower)")
    if pip("--require-hashes", "--no-deps", "-r", str(lock)) != 0:
        sys.exit(f"Installing {lock.name} failed; the lines above say why.")


def installed_uv() -> str | None:
    """uv, with its hash checked by pip. None where there is no wheel of it for this machine."""
    uv = VENV / "bin" / "uv"
    stamp = VENV / "installed-installer"
    wanted = fingerprint(INSTALLER, "")
    if uv.exists() and stamp.exists() and stamp.read_text() == wanted:
        return str(uv)
    if pip("--require-hashes", "--only-binary", ":all:", "-r", str(INSTALLER)) != 0:
        say("no uv for this machine; using pip (slower)")
        return None
    stamp.write_text(wanted)
    return str(uv)


def pip(*arguments: str) -> int:
    if hashlib.sha256(PIP_WHEEL.read_bytes()).hexdigest() != PIP_SHA256:
        sys.exit(f"{PIP_WHEEL.name} is not the file it should be; check it out again.")
    command = [str(PYTHON), str(PIP_WHEEL / "pip"), "install", "-q", "--disable-pip-version-check"]
    quiet = dict(os.environ, PIP_ROOT_USER_ACTION="ignore")
    if not writable(home_cache()):
        quiet["PIP_NO_CACHE_DIR"] = "1"
    return subprocess.run([*command, *arguments], env=quiet, cwd=str(ROOT), check=False).returncode


def environment_for_uv() -> dict[str, str]:
    """uv does not read pip's settings: hand on where this machine gets its packages from."""
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never", UV_NO_PROGRESS="1")
    # Every file is checked by its hash, so it does not matter which index it comes from.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    settings = pip_settings()
    for name, setting in PIP_TO_UV.items():
        if setting in settings:
            environment.setdefault(name, settings[setting])
    if not writable(home_cache()):
        environment.setdefault("UV_NO_CACHE", "1")
    return environment


def home_cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"))


def writable(folder: Path) -> bool:
    """Or can be made."""
    existing = next(one for one in [folder, *folder.parents] if one.exists())
    return os.access(str(existing), os.W_OK)


def pip_settings() -> dict[str, str]:
    """From all of pip's files and variables; lines such as `global.index-url='https://…'`."""
    answer = subprocess.run(
        [str(PYTHON), str(PIP_WHEEL / "pip"), "config", "list"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    lines = (line.partition("=") for line in answer.stdout.decode().splitlines())
    return {name.rsplit(".", 1)[-1]: ast.literal_eval(value) for name, _, value in lines if value}


def run(*command: str) -> None:
    if subprocess.run(command, cwd=str(ROOT), check=False).returncode != 0:
        sys.exit("This failed: " + " ".join(command))


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
