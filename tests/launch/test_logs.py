from __future__ import annotations

from pathlib import Path

from config.launch.logs import Tail

STAMP = "[2026-11-21 04:07:19 +0000] [3499]"
LINES = f"""\
{STAMP} [INFO] Booting worker
{STAMP} [WARNING] Invalid request from ip=192.168.1.9: [SSL: SSLV3_ALERT_CERTIFICATE_UNKNOWN] unknown
{STAMP} [WARNING] Invalid request from ip=192.168.1.9: Invalid HTTP request line
{STAMP} [ERROR] Connection in use
{{"event": "paid", "level": "info", "note": "ERRORS"}}
{{"event": "Not Found: /x", "request": "1", "level": "warning", "logger": "django.request"}}
"""


def test_what_is_serious_is_shown_and_a_phone_that_does_not_trust_us_is_not(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text(LINES + "half a line: ERROR")
    tail = Tail("web", log)
    assert tail.news() == [
        f"{STAMP} [WARNING] Invalid request from ip=192.168.1.9: Invalid HTTP request line",
        f"{STAMP} [ERROR] Connection in use",
        "warning Not Found: /x request=1",
    ]
    assert tail.news() == []
