"""An embedded Valkey of our own: it speaks Redis through a socket in a private folder."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from pathlib import Path

from config.launch.account import Account, make_private
from config.launch.binaries import valkey_server
from config.launch.lifeline import Job
from config.launch.ready import NotReady

PERSISTENT = ["--appendonly", "yes"]
THROW_AWAY = ["--appendonly", "no"]


@dataclass(frozen=True)
class Valkey:
    """
    :param sockets: where the socket is made; its path must stay below 100 characters.
    """

    folder: Path
    sockets: Path
    log: Path
    account: Account | None
    settings: list[str]

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def job(self) -> Job:
        data = make_private(self.folder / "valkey", self.account)
        command = [
            *(str(valkey_server(self.account)), "--port", "0", "--daemonize", "no", "--save", ""),
            *("--unixsocket", str(self.socket), "--unixsocketperm", "700", "--dir", str(data)),
            *self.settings,
        ]
        return Job(
            name="valkey",
            command=command,
            log=self.log,
            grace=4,
            account=self.account,
        )

    def check(self) -> None:
        """
        :raises NotReady: it does not answer.
        """
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                answer = connection.recv(5)
        except OSError as error:
            raise NotReady(str(error)) from error
        if answer != b"+PONG":
            raise NotReady(answer.decode())
