from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.launch.certificate import Signed, certified, leaf
from config.launch.processes import Certificate


def shake_hands(certificate: Certificate, name: str) -> None:
    """
    A client that trusts the authority and wants this name meets a server with the certificate.

    :raises ssl.SSLCertVerificationError:
    """
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate.public, certificate.private)
    client = ssl.create_default_context(cafile=certificate.authority)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    there = client.wrap_bio(to_client, to_server, server_hostname=name)
    here = server.wrap_bio(to_server, to_client, server_side=True)
    for side in (there, here, there, here):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue


def test_who_trusts_the_authority_gets_in(tmp_path: Path) -> None:
    certificate = certified(tmp_path / "tls", "192.168.1.7")
    for name in ("192.168.1.7", "127.0.0.1", "localhost"):
        shake_hands(certificate, name)
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake_hands(certificate, "192.168.1.8")
    assert (tmp_path / "tls" / "authority.key").stat().st_mode & 0o777 == 0o600


def test_a_phone_trusts_it_once(tmp_path: Path) -> None:
    first = certified(tmp_path, "192.168.1.7")
    known = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert certified(tmp_path, "192.168.1.7") == first
    # The machine moved to another network, and came back.
    shake_hands(certified(tmp_path, "10.0.0.5"), "10.0.0.5")
    assert certified(tmp_path, "192.168.1.7") == first
    assert {path: path.read_bytes() for path in known} == known


def test_an_address_outside_of_home_networks_has_an_authority_of_its_own(tmp_path: Path) -> None:
    at_home = certified(tmp_path, "192.168.1.7")
    before = at_home.authority.read_bytes()
    outside = certified(tmp_path, "203.0.113.7")
    assert outside.authority.read_bytes() != before
    shake_hands(outside, "203.0.113.7")
    shake_hands(certified(tmp_path, "192.168.1.7"), "192.168.1.7")


def test_its_key_is_good_for_nobody_elses_name(tmp_path: Path) -> None:
    elsewhere = certified(tmp_path / "elsewhere", "203.0.113.7")
    at_home = certified(tmp_path / "home", "192.168.1.7")
    forged = leaf(_read(at_home), "203.0.113.7", at=datetime.now(UTC))
    forged.write(elsewhere.public, elsewhere.private)
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(replace(elsewhere, authority=at_home.authority), "203.0.113.7")


def _read(certificate: Certificate) -> Signed:
    private = certificate.authority.with_suffix(".key")
    found = Signed.read(certificate.authority, private, at=datetime.now(UTC))
    assert found
    return found
