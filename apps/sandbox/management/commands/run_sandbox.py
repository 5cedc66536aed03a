from __future__ import annotations

import signal
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from apps.sandbox.options import Options, from_environment
from apps.sandbox.server import Sandbox


class Command(BaseCommand):
    help = "Runs our own small Stripe and PayPal, for demonstration and tests. No real money."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8010)
        parser.add_argument("--state", type=Path, help="folder that survives restarts")
        parser.add_argument("--public-url", default="", help="where browsers find the hosted pages")
        parser.add_argument("--webhooks", default="", help="origin of the shop")
        parser.add_argument("--webhooks-ca", type=Path, help="certificate the shop made itself")
        parser.add_argument("--ca-file", type=Path, help="where the signing root is written")

    def handle(self, *args: Any, **given: Any) -> None:  # noqa: ARG002  (Django's signature)
        options = Options(
            public_url=given["public_url"],
            webhooks=given["webhooks"],
            webhooks_ca=given["webhooks_ca"],
            ca_file=given["ca_file"],
        )
        sandbox = Sandbox(from_environment(options), port=given["port"], state=given["state"])
        signal.signal(signal.SIGTERM, _interrupt)
        sandbox.start()
        self.stdout.write(f"sandbox on {sandbox.url}, control at {sandbox.url}/control/")
        try:
            sandbox.wait()
        except KeyboardInterrupt:
            sandbox.stop()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
