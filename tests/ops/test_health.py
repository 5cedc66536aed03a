from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now
from pytest_django import Settings

from apps.ops.health import HEARTBEATS, STALE, beat, trouble

pytestmark = pytest.mark.django_db


def test_a_process_is_healthy_without_asking_anybody(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_ready_means_relay_and_worker_were_seen_lately(client: Client) -> None:
    assert client.get("/readyz").json() == {
        "ready": False,
        "trouble": {"relay": "never seen", "worker": "never seen"},
    }
    for name in HEARTBEATS:
        beat(name, at=now())
    assert client.get("/readyz").json() == {"ready": True, "trouble": {}}
    assert set(trouble(at=now() + STALE + timedelta(seconds=1))) == {"relay", "worker"}


def test_figures_are_for_the_operators_scraper_only(client: Client) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.7").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 404
    text = client.get("/metrics").content.decode()
    assert "parterre_request_seconds_bucket" in text
    assert "parterre_orders_last_hour" in text


def test_those_who_watch_need_no_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    for name in HEARTBEATS:
        beat(name, at=now())
    watched = [client.get(path).status_code for path in ("/healthz", "/readyz", "/metrics")]
    assert watched == [200, 200, 200]
    assert client.get("/").status_code == 301


def test_every_answer_names_its_request(client: Client) -> None:
    assert (
        client.get("/healthz", headers={"X-Request-Id": "trace-0001"})["X-Request-Id"]
        == "trace-0001"
    )
    assert len(client.get("/healthz", headers={"X-Request-Id": "a b"})["X-Request-Id"]) == 32
