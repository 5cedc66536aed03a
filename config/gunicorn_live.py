"""Settings of the `live` server. Its port comes from PORT (8001)."""

from __future__ import annotations

import os

bind = f"0.0.0.0:{os.environ['PORT']}" if "PORT" in os.environ else "127.0.0.1:8001"
worker_class = "asgi"
asgi_lifespan = "on"
# One is enough: it waits nearly all the time, and all who watch an event in it share one feed.
workers = 1
worker_connections = 2000
timeout = 60
# Streams never end by themselves; their pages come back to whoever answers.
graceful_timeout = 1
control_socket_disable = True
