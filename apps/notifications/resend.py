"""Resend through anymail, with the idempotency key that anymail does not send by itself."""

from __future__ import annotations

from typing import Any

from anymail.backends.resend import EmailBackend as AnymailBackend
from anymail.backends.resend import ResendPayload

IDEMPOTENCY_HEADER = "Idempotency-Key"
_OURS = {IDEMPOTENCY_HEADER.lower(), "message-id"}  # Resend gives its own Message-ID


class EmailBackend(AnymailBackend):
    def build_message_payload(self, message: Any, defaults: Any) -> Payload:
        return Payload(message, defaults, self)  # type: ignore[no-untyped-call]  # its package has no types


class Payload(ResendPayload):
    def set_extra_headers(self, headers: Any) -> None:
        key = headers.get(IDEMPOTENCY_HEADER)
        if key:
            self.headers[IDEMPOTENCY_HEADER] = key
        others = {name: value for name, value in headers.items() if name.lower() not in _OURS}
        super().set_extra_headers(others)  # type: ignore[no-untyped-call]  # its package has no types


def knows_idempotency_keys(backend: object) -> bool:
    return isinstance(backend, EmailBackend)
