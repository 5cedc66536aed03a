from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import stripe

from apps.sandbox.options import Options, from_environment
from apps.sandbox.server import Sandbox
from tests.sandbox_server import SandboxForTests

ROOT = Path(__file__).resolve().parents[2]
Params = Callable[..., Any]


def sdk(sandbox: Sandbox, session: stripe.RequestsClient) -> stripe.StripeClient:
    key = sandbox.world.options.stripe_secret_key
    return stripe.StripeClient(key, base_addresses={"api": sandbox.url}, http_client=session)


def test_it_starts_within_a_second(sandbox: SandboxForTests) -> None:
    began = time.monotonic()
    another = Sandbox(Options())
    another.start()
    assert httpx.get(f"{another.url}/control/", trust_env=False).status_code == 200
    assert time.monotonic() - began < 1
    another.stop()


def test_state_and_root_survive_a_restart(tmp_path: Path, session_params: Params) -> None:
    session = stripe.RequestsClient(timeout=5)
    first = Sandbox(Options(), state=tmp_path)
    first.start()
    made = sdk(first, session).v1.checkout.sessions.create(session_params())
    first.stop()
    second = Sandbox(Options(), state=tmp_path)
    second.start()
    found = sdk(second, session).v1.checkout.sessions.retrieve(made.id)
    second.stop()
    session.close()  # type: ignore[no-untyped-call]  # its maker gives no types

    assert found.id == made.id
    assert second.world.certificates == first.world.certificates


def test_the_pages_are_found_behind_a_prefix(session_params: Params) -> None:
    session = stripe.RequestsClient(timeout=5)
    running = Sandbox(Options(public_url="http://localhost:8000/sandbox/"))
    running.start()
    made = sdk(running, session).v1.checkout.sessions.create(session_params())
    page = httpx.get(f"{running.url}/c/pay/{made.id}", trust_env=False).text
    running.stop()
    session.close()  # type: ignore[no-untyped-call]  # its maker gives no types

    assert made.url == f"http://localhost:8000/sandbox/c/pay/{made.id}"
    assert 'href="../../sandbox.css"' in page
    assert "localhost" not in page
    assert "<script" not in page


def test_the_shop_settings_name_the_credentials() -> None:
    environment = {"STRIPE_WEBHOOK_SECRET": "whsec_new,whsec_old", "PAYPAL_CLIENT_ID": "me"}
    options = from_environment(Options(), environment)
    assert (options.stripe_webhook_secret, options.paypal_client_id) == ("whsec_new", "me")
    assert options.stripe_secret_key == Options().stripe_secret_key


def test_the_command_runs_until_it_is_told_to_stop(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_sandbox", "--port", str(port),
         "--state", tmp_path / "state", "--ca-file", tmp_path / "ca.pem"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings_test"},
        stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    said = process.stdout.readline().decode()
    page = httpx.get(f"http://127.0.0.1:{port}/control/", trust_env=False)
    process.send_signal(signal.SIGTERM)
    process.stdout.close()

    assert process.wait(timeout=5) == 0
    assert said.startswith(f"sandbox on http://127.0.0.1:{port}")
    assert page.status_code == 200
    assert (tmp_path / "ca.pem").read_text().startswith("-----BEGIN CERTIFICATE-----")
