"""The port of the shop, ours from the first moment: nobody takes it while the shop is still starting."""

from __future__ import annotations

import contextlib
import socket

PORT_MAX = 65535
FIRST_FOR_EVERYBODY = 8000
PORTS_TRIED = 100
WAITING_MAX = 2048


class Unavailable(Exception):
    """The port cannot be had; says which one can."""


def listen(host: str, port: int) -> socket.socket:
    """
    Visitors who come before the web process wait for it.

    :param port: 0 is any that is free.
    :raises Unavailable:
    """
    try:
        return _listener(host, port)
    except OSError as error:
        reason = "is for root only" if isinstance(error, PermissionError) else "is taken"
        raise Unavailable(
            f"Port {port} {reason}; try make run PORT={_another(host, port)}"
        ) from error


def port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def free_port() -> int:
    with _listener("127.0.0.1", 0) as probe:
        return port_of(probe)


def _another(host: str, port: int) -> int:
    first = max(port + 1, FIRST_FOR_EVERYBODY)
    for candidate in range(first, min(first + PORTS_TRIED, PORT_MAX)):
        with contextlib.suppress(OSError), _listener(host, candidate):
            return candidate
    return free_port()


def _listener(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), backlog=WAITING_MAX)
