"""People and programs at the door of the shop, each at an address of its own."""

from __future__ import annotations

import http.client
import itertools
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from urllib.parse import urlsplit

_FIRST_ADDRESS = IPv4Address("127.1.0.1")
_numbers = itertools.count()
_numbering = threading.Lock()


def new_address() -> str:
    with _numbering:
        return str(_FIRST_ADDRESS + next(_numbers))


class Unexpected(Exception):
    """An answer that a visitor does not get in a shop that works."""


@dataclass
class Visitor:
    """
    A connection that is kept, and given up for one from another address after `calls_per_address`.
    """

    origin: str
    calls_per_address: int
    _calls: int = 0
    _connection: http.client.HTTPConnection | None = field(default=None)

    def get(self, path: str, headers: Mapping[str, str]) -> bytes:
        return self._call("GET", path, b"", headers, 200)[0]

    def post(self, path: str, body: bytes, headers: Mapping[str, str], expected: int) -> bytes:
        return self._call("POST", path, body, headers, expected)[0]

    def send_as_new_browser(
        self, path: str, body: bytes, headers: Mapping[str, str], leads_to: str
    ) -> None:
        """
        A form of a browser that gets its cookie with the first answer and sends it once more.

        :param leads_to: how the address ends to which it is led then.
        """
        _, asked = self._call("POST", path, body, headers, 307)
        cookie = asked.headers["Set-Cookie"].partition(";")[0]
        again = asked.headers["Location"]
        _, answer = self._call("POST", again, body, {**headers, "Cookie": cookie}, 302)
        if not answer.headers["Location"].endswith(leads_to):
            raise Unexpected(f"POST {path} leads to {answer.headers['Location']}")

    def _call(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str], expected: int
    ) -> tuple[bytes, http.client.HTTPResponse]:
        connection = self._connected()
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        content = response.read()
        if response.status != expected:
            raise Unexpected(f"{method} {path}: {response.status} {content[:500]!r}")
        return content, response

    def _connected(self) -> http.client.HTTPConnection:
        if self._connection is None or self._calls >= self.calls_per_address:
            self.close()
            there = urlsplit(self.origin)
            assert there.hostname
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", there.port, timeout=60, source_address=(new_address(), 0)
            )
            self._calls = 0
        self._calls += 1
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
