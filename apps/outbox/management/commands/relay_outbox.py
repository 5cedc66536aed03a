from __future__ import annotations

import signal
import threading
from collections import Counter
from types import FrameType
from typing import Any

import structlog
from django.core.cache import cache
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections
from django.utils.timezone import now
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from apps.outbox.relay import Broker, lease_due
from apps.outbox.tasks import deliver_task

IDLE_SECONDS = 0.2
TROUBLE_SECONDS = 2.0
HEARTBEAT_KEY = "heartbeat:relay"

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Hands due outbox deliveries to the workers until it is told to stop (SIGTERM, SIGINT)."

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.broker = Broker()

    def handle(self, *_args: Any, **_options: Any) -> None:
        stop = threading.Event()

        def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, ask_to_stop)
        signal.signal(signal.SIGINT, ask_to_stop)
        while not stop.is_set():
            stop.wait(self.turn())

    def turn(self) -> float:
        """One round; the seconds to wait before the next."""
        try:
            pool: Any = deliver_task.app.pool  # its stubs take it for one of producers
            with pool.acquire(block=True) as connection:
                room = self.broker.room(connection)
            leased = lease_due(room, at=now()) if room else []
            for one in leased:
                deliver_task.apply_async((one.delivery_id,), queue=one.queue)
            self.broker.was_given(leased)
            cache.set(HEARTBEAT_KEY, now().isoformat(), timeout=120)
        except (Error, OperationalError, RedisError, ConnectionError) as trouble:
            # What was leased and not enqueued comes back when its lease lapses.
            log.warning("relay_trouble", error=str(trouble))
            close_old_connections()
            self.broker = Broker()
            return TROUBLE_SECONDS
        given = Counter(one.queue for one in leased)
        return 0.0 if any(given[queue] == room[queue] for queue in given) else IDLE_SECONDS
