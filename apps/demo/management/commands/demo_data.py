from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.timezone import now

from apps.demo.build import build


class Command(BaseCommand):
    help = "Makes the demo's organizer, events and people; running it again adds what is missing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        build(at=now())
