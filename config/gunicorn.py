"""Settings of the web server. Its port, workers and threads come from PORT, WEB_CONCURRENCY and WEB_THREADS."""

from __future__ import annotations

import os
from typing import Any

from django.urls import get_resolver
from prometheus_client import multiprocess

worker_class = "gthread"
preload_app = True  # one import for all workers, and memory they share
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 25
keepalive = 30
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True


def when_ready(_server: object) -> None:
    """In the parent, before it makes workers: no visitor waits for all the views to be imported."""
    get_resolver().url_patterns  # noqa: B018 - reading it imports them


def child_exit(_server: object, worker: Any) -> None:
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
