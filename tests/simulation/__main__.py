"""
`make simulate SEED=7 STEPS=200` tells one history; `SEEDS=1000:2000` plays many, on every core.

Each process has a database of its own, and a failure is told with how to play it again.
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django
import structlog

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.db import connection
from django.test.utils import override_settings, setup_databases, setup_test_environment

from apps.payments.gateways import retrying
from tests.sandbox_server import SandboxForTests, options_of
from tests.simulation.play import History, play

STEPS = 40
PORTION = 5  # seeds that a process takes at a time
TOLD_MAX = 20  # failures

_sandbox: list[SandboxForTests] = []
_until_it_ends = ExitStack()


def main(arguments: list[str]) -> int:
    wanted = _read(arguments)
    quiet()
    setup_test_environment()
    if wanted.seed is not None:
        setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        with running_sandbox() as sandbox:
            history = play(sandbox, wanted.seed, wanted.steps)
        sys.stdout.write(f"{history}\n")
        return bool(history.flaws)
    first, _, end = wanted.seeds.partition(":")
    return many(range(int(first), int(end)), wanted.steps, wanted.workers)


def many(seeds: range, steps: int, workers: int) -> int:
    # Django makes copies for two or more.
    copies = max(workers, 2)
    setup_databases(verbosity=0, interactive=False, serialized_aliases=[], parallel=copies)
    connection.close()
    started, done, failed = time.monotonic(), 0, []
    context = multiprocessing.get_context("fork")
    numbers = context.Queue()
    for number in range(1, workers + 1):
        numbers.put(number)
    with context.Pool(workers, _begin, (numbers,)) as pool:
        for history in pool.imap_unordered(_play, ((s, steps) for s in seeds), PORTION):
            done += 1
            if history.flaws:
                failed.append(history)
                sys.stdout.write(f"\n{history}\n" if len(failed) <= TOLD_MAX else "")
            _progress(done, len(seeds), len(failed), started)
    sys.stdout.write("\n")
    sys.stdout.write(f"\n{done} histories of {steps} steps, {len(failed)} failed")
    sys.stdout.write(f": {sorted(h.seed for h in failed)}\n" if failed else "\n")
    return bool(failed)


def _progress(done: int, of: int, failed: int, started: float) -> None:
    pace = done / (time.monotonic() - started)
    sys.stdout.write(f"\r{done} of {of}, {failed} failed, {pace:.1f} a second")
    sys.stdout.flush()


def _begin(numbers: multiprocessing.Queue[int]) -> None:
    """In a process of its own, with the copy of the database that has its number."""
    number = numbers.get()
    connection.settings_dict.update(connection.creation.get_test_db_clone_settings(str(number)))
    cache = settings.CACHES["default"]
    cache["LOCATION"] = f"{cache['LOCATION']}?db={number}"
    _sandbox.append(_until_it_ends.enter_context(running_sandbox()))


def _play(seed_and_steps: tuple[int, int]) -> History:
    return play(_sandbox[0], *seed_and_steps)


@contextmanager
def running_sandbox() -> Iterator[SandboxForTests]:
    """The shop's settings point at it."""
    folder = Path(tempfile.mkdtemp(prefix="parterre-simulation-"))
    running = SandboxForTests(options_of(settings, folder / "ca.pem"))
    running.start()
    retrying.PAUSE_SECONDS = 0
    with override_settings(
        STRIPE_API_BASE=running.url,
        PAYPAL_API_BASE=running.url,
        SANDBOX_URL=running.url,
        OUTBOUND_ALLOWLIST=[running.url],
        PAYPAL_CERT_CA_FILE=str(folder / "ca.pem"),
    ):
        yield running
    running.stop()


def quiet() -> None:
    """Troubles are what it is made of."""
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make simulate")
    parser.add_argument("--seed", type=int, help="tell this one")
    parser.add_argument("--seeds", default="0:1000", help="FIRST:END, the end not included")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
