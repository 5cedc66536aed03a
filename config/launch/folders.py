"""Where things are kept between starts: ours under the checkout, the servers' where their account can reach."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from config.launch.account import Account, make_private, server_account

ROOT = Path(__file__).resolve().parent.parent.parent
SOCKET_PATH_MAX = 100  # the system's limit is 104 bytes on macOS, 108 on Linux
SOCKET_NAME = ".s.PGSQL.5432"


class Occupied(Exception):
    """Another launcher works in this folder."""


@dataclass(frozen=True)
class RunFolder:
    root: Path

    @classmethod
    def of_checkout(cls) -> RunFolder:
        return cls(ROOT / ".run").make()

    def make(self) -> RunFolder:
        for folder in (self.root, self.logs, self.sandbox):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def sandbox(self) -> Path:
        return self.root / "sandbox"

    def emptied(self, name: str) -> Path:
        """A folder whose contents are of this start only."""
        folder = self.root / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder

    def servers(self, account: Account | None) -> Path:
        """As root outside the checkout, which an account without rights can often not reach."""
        if account is None:
            return make_private(self.root / "servers", None)
        folder = make_private(Path("/var/tmp") / f"parterre-{self._key}", account)  # noqa: S108 - made private
        (self.root / "servers-are-in").write_text(f"{folder}\n")
        return folder

    def sockets(self, account: Account | None) -> Path:
        inside = self.servers(account) / "sockets"
        if len(str(inside / SOCKET_NAME)) < SOCKET_PATH_MAX:
            return make_private(inside, account)
        short = Path("/tmp") / f"parterre-{os.geteuid()}-{self._key}"  # noqa: S108 - made private
        return make_private(short, account)

    def occupy(self) -> int:
        """
        The descriptor of a lock that lasts until it is closed, at the latest when we end.

        :raises Occupied:
        """
        lock = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise Occupied(f"`make run` already runs in {self.root.parent}") from None
        return lock

    def remove(self) -> None:
        account = server_account()
        for folder in (self.sockets(account), self.servers(account)):
            shutil.rmtree(folder)
        shutil.rmtree(self.root)

    @property
    def _key(self) -> str:
        return hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
