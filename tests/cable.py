"""The cable between phones and the server. Pulled, nobody answers at its end, as if the server were gone."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit


class Cable:
    def __init__(self, server_url: str) -> None:
        self._server = (urlsplit(server_url).hostname or "", urlsplit(server_url).port or 80)
        self._address = ("localhost", 0)
        self._open: set[socket.socket] = set()
        self.plug()

    @property
    def url(self) -> str:
        return f"http://localhost:{self._address[1]}"

    def plug(self) -> None:
        self._listener = socket.create_server(self._address)
        self._address = ("localhost", self._listener.getsockname()[1])
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    def pull(self) -> None:
        # A listener that is only closed goes on accepting in its thread.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in list(self._open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                phone, _address = listener.accept()
                server = socket.create_connection(self._server)
                for here, there in ((phone, server), (server, phone)):
                    threading.Thread(target=self._carry, args=[here, there], daemon=True).start()

    def _carry(self, here: socket.socket, there: socket.socket) -> None:
        self._open.add(here)
        with suppress(OSError):
            while data := here.recv(65_536):
                there.sendall(data)
        with suppress(OSError):
            there.shutdown(socket.SHUT_WR)
        self._open.discard(here)
        here.close()
