"""PostgreSQL refuses to run as root; then it and Valkey run under an account without rights."""

from __future__ import annotations

import contextlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int


def server_account() -> Account | None:
    """
    None when we are not root: the servers run as ourselves.

    :raises LookupError: root, and no account to drop to.
    """
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            found = pwd.getpwnam(name)
            return Account(found.pw_uid, found.pw_gid)
    raise LookupError(f"Running as root needs one of these accounts: {', '.join(UNPRIVILEGED)}")


def make_private(folder: Path, account: Account | None) -> Path:
    """
    Makes the folder, for the account alone.

    :raises PermissionError: somebody else made it before us.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    owner = folder.stat().st_uid
    if owner not in {os.geteuid(), account.uid if account else owner}:
        raise PermissionError(f"{folder} belongs to somebody else")
    if account:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    return folder
