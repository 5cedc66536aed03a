"""DATABASE_URL to Django's DATABASES entry."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PROCESS_LIMITS = " ".join(
    f"-c {name}={value}"
    for name, value in {
        "lock_timeout": "10s",
        "statement_timeout": "60s",
        "idle_in_transaction_session_timeout": "60s",
    }.items()
)
PREPARED_AFTER = 2  # times; what is asked once is not kept

NONE: dict[str, Any] = {}


def from_url(url: str) -> dict[str, Any]:
    """
    `postgresql://user:password@host:port/name?host=/socket/dir&sslmode=require`.

    :raises ValueError: it is not like that.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"} or not parts.path.lstrip("/"):
        raise ValueError(parts.scheme)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": PROCESS_LIMITS,
            # What is asked often is parsed and planned once per connection.
            "server_side_binding": True,
            "prepare_threshold": PREPARED_AFTER,
            **options,
        },
    }
