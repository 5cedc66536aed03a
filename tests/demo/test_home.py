from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_with_tls_the_authority_can_be_installed(
    client: Client, settings: Settings, tmp_path: Path
) -> None:
    assert client.get("/demo/authority.crt").status_code == 404
    assert "authority.crt" not in client.get("/demo/").content.decode()
    pem = tmp_path / "authority.pem"
    pem.write_text("-----BEGIN CERTIFICATE-----")
    settings.DEMO_TLS_AUTHORITY = str(pem)
    got = client.get("/demo/authority.crt")
    assert (got.content, got["Content-Type"]) == (pem.read_bytes(), "application/x-x509-ca-cert")
    page = client.get("/demo/", headers={"Accept-Language": "de"}).content.decode()
    assert 'href="/demo/authority.crt"' in page
    assert "Handy behält die Tür" in page
    assert "Zertifikatsvertrauenseinstellungen" in page
