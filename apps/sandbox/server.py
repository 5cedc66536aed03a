from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from apps.sandbox import certificates, dispatch
from apps.sandbox.courier import Courier
from apps.sandbox.http import Request, Response
from apps.sandbox.options import Options
from apps.sandbox.presets import preset
from apps.sandbox.store import Store
from apps.sandbox.world import World

HOST = "127.0.0.1"
IDLE_SECONDS = 30
POLL_SECONDS = 0.02  # how long a stop may take
BODY_BYTES_MAX = 4 * 1024 * 1024

Observer = Callable[[Request, Response], None]


class Sandbox:
    """The whole thing: world, courier and HTTP server, each in threads of this process.

    `state` is a folder that survives restarts; None keeps everything in memory. With port 0 a
    free one is taken."""

    def __init__(self, options: Options, *, port: int = 0, state: Path | None = None) -> None:
        self._http = _Server((HOST, port), _Handler)
        own = f"http://{HOST}:{self._http.server_port}"
        options = replace(
            options,
            api_url=own,
            public_url=(options.public_url or own).rstrip("/"),
            webhooks=options.webhooks.rstrip("/"),
        )
        papers = (
            certificates.kept_certificates(state / "certificates")
            if state
            else certificates.certificates()
        )
        if options.ca_file:
            options.ca_file.write_bytes(papers.ca_pem)
        store = Store(state / "state.sqlite3" if state else None)
        self.world = World(store, options, papers, dispatch.JOBS)
        with store.transaction():
            preset(self.world)
        self._courier = Courier(self.world, dispatch.PACKERS)
        self._http.answer = self._answer
        self._thread = Thread(
            target=self._http.serve_forever, args=(POLL_SECONDS,), name="sandbox", daemon=True
        )
        self.observers: list[Observer] = []

    @property
    def url(self) -> str:
        return self.world.options.api_url

    def start(self) -> None:
        self._courier.start()
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.close_connections()
        self._http.server_close()
        self._courier.stop()
        self.world.store.close()

    def wait(self) -> None:
        self._thread.join()

    def _answer(self, request: Request) -> Response:
        response = dispatch.answer(self.world, request)
        for observer in self.observers:
            observer(request, response)
        return response


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    answer: Callable[[Request], Response]

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self._open: set[socket.socket] = set()

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def close_connections(self) -> None:
        for connection in list(self._open):
            with suppress(OSError):  # the other side may have gone already
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    sys_version = ""
    timeout = IDLE_SECONDS
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX or self.headers.get("Transfer-Encoding"):
            self.send_error(413)
            self.close_connection = True
            return
        parts = urlsplit(self.path)
        request = Request(
            self.command,
            parts.path,
            parts.query,
            {name.lower(): value for name, value in self.headers.items()},
            self.rfile.read(length) if length else b"",
        )
        response = self.server.answer(request)
        if response.cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    do_GET = do_POST = do_PATCH = do_DELETE = do_HEAD = _serve  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's
        """Quiet: the control page shows what was sent."""
