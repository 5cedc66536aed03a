"""The `live` process: streams only. Each holds its request for hours, so nothing is wrapped around it."""

from __future__ import annotations

from config.settings import *  # noqa: F403

# The view finds out by itself who asks and in which language (checkin/live/watchers.py).
MIDDLEWARE = []
