"""The Celery app. Tasks carry ids only; what must happen is in PostgreSQL, so Redis may be emptied."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from celery import Celery, Task
from celery.signals import task_prerun, worker_init
from django.db import close_old_connections

from apps.core.origin import acting_from

if TYPE_CHECKING:
    _Task = Task[..., Any]
else:
    _Task = Task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class NamedTask(_Task):
    """What it does to money is recorded as done by it."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with acting_from(f"worker {self.name}"):
            return super().__call__(*args, **kwargs)


celery_app = Celery("parterre", task_cls=NamedTask)
celery_app.config_from_object("django.conf:settings", namespace="CELERY")
celery_app.autodiscover_tasks()


@worker_init.connect
def prepare_to_draw(**_: Any) -> None:
    """Mails carry papers: once in the parent, for all its children. Beat, which draws none, is not asked."""
    import_module("apps.tickets.drawing")


@task_prerun.connect
def begin_with_a_connection_that_lives(**_: Any) -> None:
    """As Django does for each request: it is kept over tasks, and the server may have restarted."""
    close_old_connections()
