"""Settings of the web server. Its port, workers and threads come from PORT, WEB_CONCURRENCY and WEB_THREADS."""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import Any

from django.urls import get_resolver

worker_class = "gthread"
preload_app = True  # one import for all workers, and memory they share
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 60
graceful_timeout = 25
keepalive = 30
max_requests = 20_000
max_requests_jitter = 2_000
control_socket_disable = True

# /metrics adds up what the workers of this server wrote here. It must be known before the import.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="parterre-figures-")


def when_ready(_server: object) -> None:
    """In the parent, before it makes workers: no visitor waits for all the views to be imported."""
    get_resolver().url_patterns  # noqa: B018 - reading it imports them


def child_exit(_server: object, worker: Any) -> None:
    # Imported late: it looks for the folder above when it is imported.
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # its package has no types


def on_exit(_server: object) -> None:
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
