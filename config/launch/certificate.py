"""A certificate of our own: a phone gives its camera to pages over HTTPS only."""

from __future__ import annotations

import ipaddress
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.launch.processes import Certificate

VALID = timedelta(days=90)
NOWHERE = "192.0.2.1"  # never routed; asked only which way would lead there


def lan_address() -> str:
    """This machine's address for others; the loopback one without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((NOWHERE, 9))
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def self_signed(folder: Path, address: str) -> Certificate:
    """For the address, localhost and the loopback address; kept while it is good."""
    folder.mkdir(exist_ok=True, mode=0o700)
    files = Certificate(folder / f"{address}.pem", folder / f"{address}.key")
    if not _still_good(files.public, at=datetime.now(UTC)):
        _make(files, address, at=datetime.now(UTC))
    return files


def _still_good(public: Path, *, at: datetime) -> bool:
    if not public.exists():
        return False
    known = x509.load_pem_x509_certificate(public.read_bytes())
    return known.not_valid_after_utc > at + timedelta(days=1)


def _make(files: Certificate, address: str, *, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Parterre at {address}")])
    addresses = {ipaddress.ip_address(address), ipaddress.ip_address("127.0.0.1")}
    names = [
        x509.DNSName("localhost"),
        *(x509.IPAddress(one) for one in sorted(addresses, key=str)),
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + VALID)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files.private.touch(mode=0o600)
    files.private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    files.public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
