"""
Outbound HTTP: bounded in time and size, no redirects, no private addresses.

Built on httpcore, the engine beneath httpx, because only there one can choose the address that is
connected to: a name is resolved and judged once, and cannot point elsewhere a moment later.
"""

from __future__ import annotations

import functools
import ipaddress
import json
import os
import socket
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore
import structlog
from django.conf import settings
from django.db import connection

CONNECT_SECONDS = 3.0
READ_SECONDS = 15.0
SLOW_READ_SECONDS = 30.0  # for calls that move money
BODY_BYTES_MAX = 5 * 1024 * 1024
# A server that drips a byte now and then resets every read timeout; this does not reset.
WHOLE_CALL_FACTOR = 2

_PORTS = {"https": 443, "http": 80}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

log = structlog.get_logger(__name__)


class InTransaction(Exception):
    """A mistake of ours, not of the network: commit first, then call."""


class OutboundError(Exception):
    """No usable answer. The text names the cause and the host, never headers or bodies."""


class Refused(OutboundError):
    """We may not call this address; nothing was sent."""


class NotSent(OutboundError):
    """No connection; nothing was sent."""


class NoAnswer(OutboundError):
    """Sent, but no whole answer came: the other side may or may not have acted."""


class TimedOut(NoAnswer):
    """Sent, and waited as long as was agreed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """headers: lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """
        :raises ValueError: the body is not JSON.
        """
        return json.loads(self.body)


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    read_seconds: float = READ_SECONDS,
    noted: Mapping[str, str] | None = None,
) -> Reply:
    """
    One call, one answer; never retried here, since only the caller knows whether that is safe.

    noted: ids for the log line (it carries method, host, path and status; no query, no bodies).
    :raises InTransaction: a lock would be held for as long as somebody else takes.
    :raises Refused: not https, or a host that is not on the public internet.
    :raises NotSent: nothing reached the other side.
    :raises NoAnswer: the outcome is unknown.
    """
    _check_no_transaction()
    parts = urlsplit(url)
    _check(parts)
    started = time.monotonic()
    outcome: str | int = "failed"
    try:
        reply = _exchange(method, url, dict(headers or {}), body, read_seconds)
        outcome = reply.status
    except OutboundError as error:
        outcome = type(error).__name__
        raise
    finally:
        log.info(
            "outbound",
            method=method,
            host=parts.hostname,
            path=parts.path,
            outcome=outcome,
            ms=round((time.monotonic() - started) * 1000),
            **(noted or {}),
        )
    return reply


def _check_no_transaction() -> None:
    """Those that a test wraps around itself do not count."""
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise InTransaction("a call to another machine inside a transaction")


def origin_allowed(scheme: str, host: str, port: int) -> bool:
    """Is it one of the origins that settings exempt (the sandbox of demo and tests)?"""
    return (scheme, host, port) in _allowlist(tuple(settings.OUTBOUND_ALLOWLIST))


@functools.cache
def _allowlist(origins: tuple[str, ...]) -> frozenset[tuple[str, str, int]]:
    parts = [urlsplit(origin) for origin in origins]
    return frozenset((p.scheme, p.hostname or "", p.port or _PORTS[p.scheme]) for p in parts)


def _check(parts: SplitResult) -> None:
    if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
        raise Refused("only https with a host, without a user name, may be called")
    port = parts.port or _PORTS[parts.scheme]
    if parts.scheme != "https" and not origin_allowed(parts.scheme, parts.hostname, port):
        raise Refused(f"only https may be called: {parts.hostname}")


def _exchange(
    method: str, url: str, headers: dict[str, str], body: bytes, read_seconds: float
) -> Reply:
    parts = urlsplit(url)
    headers = {
        "Host": parts.netloc,
        "Accept-Encoding": "identity",  # what is compressed could unfold beyond the size cap
        "Content-Length": str(len(body)),
        **headers,
    }
    timeout = {
        "connect": CONNECT_SECONDS,
        "read": read_seconds,
        "write": read_seconds,
        "pool": CONNECT_SECONDS,
    }
    try:
        with _pool().stream(
            method,
            url,
            headers=list(headers.items()),
            content=body,
            extensions={"timeout": timeout},
        ) as response:
            content = _read(response.iter_stream(), read_seconds * WHOLE_CALL_FACTOR)
            return Reply(
                response.status,
                {k.decode().lower(): v.decode("latin-1") for k, v in response.headers},
                content,
            )
    except (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout) as error:
        raise NotSent(f"no connection to {parts.hostname}") from error
    except httpcore.TimeoutException as error:
        raise TimedOut(f"{parts.hostname} did not answer in {read_seconds:g} s") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise NoAnswer(f"{parts.hostname} cut the call: {type(error).__name__}") from error


def _read(chunks: Iterable[bytes], seconds_max: float) -> bytes:
    deadline = time.monotonic() + seconds_max
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > BODY_BYTES_MAX:
            raise NoAnswer(f"an answer of more than {BODY_BYTES_MAX} bytes")
        if time.monotonic() > deadline:
            raise TimedOut(f"an answer that took more than {seconds_max:g} s")
        parts.append(chunk)
    return b"".join(parts)


@functools.cache
def _pool() -> httpcore.ConnectionPool:
    return httpcore.ConnectionPool(
        ssl_context=httpcore.default_ssl_context(),
        max_connections=40,
        max_keepalive_connections=10,
        keepalive_expiry=10.0,
        network_backend=_PublicInternet(),
    )


# A connection shared with a forked worker would mix up two conversations.
os.register_at_fork(after_in_child=_pool.cache_clear)


class _PublicInternet(httpcore.NetworkBackend):
    """Connects to the very addresses it has judged. TLS still checks the name of the host."""

    def __init__(self) -> None:
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses(host, port):
            try:
                return self._sockets.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def _addresses(self, host: str, port: int) -> Iterator[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError(f"{host} cannot be resolved") from error
        exempt = any(origin_allowed(scheme, host, port) for scheme in _PORTS)
        for *_, (address, *_rest) in found:
            if not exempt and not _is_public(str(address)):
                raise Refused(f"{host} is not on the public internet")
            yield str(address)


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return _is_public(str(inner))
    return ip.is_global and not ip.is_multicast
