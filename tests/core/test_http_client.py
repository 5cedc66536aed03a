from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import LazySettings
from django.db import transaction
from structlog.testing import capture_logs

from apps.core import http_client


@contextmanager
def server_saying(*answers: bytes) -> Iterator[str]:
    """Each connection gets one answer, then is closed."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            connection.recv(65536)
            connection.sendall(answer)
            connection.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    thread.join()
    listener.close()


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nX-Debug: abc\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def test_an_exempt_origin_answers(settings: LazySettings) -> None:
    with server_saying(ok(b'{"a": 1}')) as url:
        settings.OUTBOUND_ALLOWLIST = [url]
        reply = http_client.send("GET", f"{url}/x")
    assert (reply.status, reply.headers["x-debug"], reply.json()) == (200, "abc", {"a": 1})


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "https://user:secret@example.org/",
        "https:///nothing",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://10.1.2.3/",
        "https://0.0.0.0/",
        "https://localhost/",
        "https://100.64.0.1/",
    ],
)
def test_what_is_not_the_public_internet_is_refused(url: str, settings: LazySettings) -> None:
    settings.OUTBOUND_ALLOWLIST = ["http://127.0.0.1:1"]
    with pytest.raises(http_client.Refused) as refusal:
        http_client.send("GET", url)
    assert "secret" not in str(refusal.value)


def test_another_port_of_an_exempt_host_is_refused(settings: LazySettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.OUTBOUND_ALLOWLIST = ["http://127.0.0.1:1"]
        with pytest.raises(http_client.Refused):
            http_client.send("GET", f"http://127.0.0.1:{listener.getsockname()[1]}/")


def test_a_redirect_is_an_answer_and_is_not_followed(settings: LazySettings) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n"
    with server_saying(moved) as url:
        settings.OUTBOUND_ALLOWLIST = [url]
        assert http_client.send("GET", url).status == 302


def test_nobody_listening_means_not_sent(settings: LazySettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings.OUTBOUND_ALLOWLIST = [f"http://127.0.0.1:{port}"]
    with pytest.raises(http_client.NotSent):
        http_client.send("POST", f"http://127.0.0.1:{port}/", body=b"x")


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", b"garbage\r\n\r\n"]
)
def test_a_cut_answer_leaves_the_outcome_open(answer: bytes, settings: LazySettings) -> None:
    with server_saying(answer) as url:
        settings.OUTBOUND_ALLOWLIST = [url]
        with pytest.raises(http_client.NoAnswer):
            http_client.send("POST", url, body=b"x")


def test_silence_times_out(settings: LazySettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        settings.OUTBOUND_ALLOWLIST = [url]
        with pytest.raises(http_client.TimedOut):
            http_client.send("GET", url, read_seconds=0.05)


def test_an_endless_answer_is_cut_off(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_client, "BODY_BYTES_MAX", 10)
    with server_saying(ok(b"x" * 11)) as url:
        settings.OUTBOUND_ALLOWLIST = [url]
        with pytest.raises(http_client.NoAnswer, match="more than 10 bytes"):
            http_client.send("GET", url)


def test_the_log_line_names_ids_and_no_secrets(settings: LazySettings) -> None:
    with server_saying(ok(b"secret-answer")) as url, capture_logs() as lines:
        settings.OUTBOUND_ALLOWLIST = [url]
        http_client.send(
            "POST",
            f"{url}/v1/things?token=secret-query",
            headers={"Authorization": "Bearer secret-header"},
            body=b"secret-body",
            noted={"key": "pay-7"},
        )
    (line,) = lines
    assert (line["event"], line["path"], line["key"]) == ("outbound", "/v1/things", "pay-7")
    assert "secret" not in str(line)


@pytest.mark.django_db
def test_nothing_is_called_while_a_transaction_holds_its_locks(settings: LazySettings) -> None:
    with server_saying(ok(b"{}")) as url:
        settings.OUTBOUND_ALLOWLIST = [url]
        with pytest.raises(http_client.InTransaction), transaction.atomic():
            http_client.send("GET", f"{url}/x")
        assert http_client.send("GET", f"{url}/x").status == 200
