"""A mail provider of our own that speaks as much of Resend's API as sending needs."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Resend:
    """plan: the statuses of the next answers; then 200. 0: takes the mail and hangs up."""

    plan: list[int] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)  # idempotency key -> id

    def start(self) -> str:
        world = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = world.answer(dict(self.headers), json.loads(body))
                if not status:
                    return
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_words: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self.server.server_port}/"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def answer(self, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, object]:
        self.requests.append({"headers": headers, "body": body})
        status = self.plan.pop(0) if self.plan else 200
        if status not in {0, 200}:
            return status, {"message": "no"}
        key = headers["Idempotency-Key"]
        number = self.sent.setdefault(key, f"id-{len(self.sent) + 1}")
        return status, {"id": number}
