"""Stands where the providers' pages are, over HTTPS, for a browser that is told to look here."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from config.launch.certificate import certified


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = f"<!doctype html><title>{self.headers['Host']}</title><h1>Pay here</h1>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


@contextmanager
def providers_front(folder: Path) -> Iterator[tuple[str, ...]]:
    """Gives the flags that lead every host but this machine's to it, and no certificate is checked."""
    certificate = certified(folder / "tls", "127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.public, certificate.private)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    server.daemon_threads = True
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    rules = f"MAP * 127.0.0.1:{server.server_port}, EXCLUDE localhost, EXCLUDE 127.0.0.1"
    yield (f"--host-resolver-rules={rules}", "--ignore-certificate-errors")
    server.shutdown()
    server.server_close()
