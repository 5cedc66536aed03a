"""The `live` process: streams only. Each holds its request for hours, so nothing is wrapped around it."""

from __future__ import annotations

from config.settings import *  # noqa: F403 - the same, and a little

# The view finds out by itself who asks and in which language (checkin/live/watchers.py). The one that is
# left does nothing here; allauth does not start without it.
MIDDLEWARE = ["allauth.account.middleware.AccountMiddleware"]
ROOT_URLCONF = "config.live_urls"
