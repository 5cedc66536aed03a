"""Settings of the web server. Its port, workers and threads come from PORT, WEB_CONCURRENCY and WEB_THREADS."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from importlib import import_module
from typing import Any

from django.conf import settings
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

# Importing leaves no garbage worth looking for, and what is imported stays: see when_ready.
gc.disable()

# /metrics adds up what the workers of this server wrote here. It must be known before the import.
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="parterre-figures-")


def when_ready(_server: object) -> None:
    """In the parent, before it makes workers: no visitor waits for all the views to be imported."""
    get_resolver().url_patterns  # noqa: B018 - reading it imports them
    if not settings.DEMO:  # a demo is there sooner, and its first PDF takes a moment longer
        import_module("apps.tickets.drawing")
    gc.freeze()  # workers share these pages as long as no collection writes into them
    # A page makes some ten thousand objects, and all but a few go without being looked for.
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def child_exit(_server: object, worker: Any) -> None:
    # Imported late: it looks for the folder above when it is imported.
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # its package has no types


def on_exit(_server: object) -> None:
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
