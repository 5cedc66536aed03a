"""
A certificate for this machine's address, by an authority of our own: a phone gives its camera to pages over
HTTPS only, and keeps the door for offline use only when it trusts the certificate.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from config.launch.processes import Certificate

VALID = timedelta(days=90)
AUTHORITY_VALID = timedelta(days=730)
NOWHERE = "192.0.2.1"  # never routed; asked only which way would lead there
# Whoever trusts the authority trusts it for such addresses only, should its key ever get lost.
HOME_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")

SIGNS_CERTIFICATES = x509.KeyUsage(
    key_cert_sign=True,
    crl_sign=True,
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)
Extension = tuple[x509.ExtensionType, bool]


@dataclass(frozen=True)
class Signed:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def read(cls, public: Path, private: Path, *, at: datetime) -> Self | None:
        """None when there is none, or none that is good for another day."""
        if not (public.exists() and private.exists()):
            return None
        known = x509.load_pem_x509_certificate(public.read_bytes())
        key = serialization.load_pem_private_key(private.read_bytes(), password=None)
        good = known.not_valid_after_utc > at + timedelta(days=1)
        return cls(known, key) if good and isinstance(key, ec.EllipticCurvePrivateKey) else None

    def write(self, public: Path, private: Path) -> None:
        private.touch(mode=0o600)
        private.write_bytes(
            self.key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        public.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))


def lan_address() -> str:
    """This machine's address for others; the loopback one without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((NOWHERE, 9))
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def certified(folder: Path, address: str) -> Certificate:
    """For the address, localhost and the loopback address; kept while it and its authority are good."""
    folder.mkdir(exist_ok=True, mode=0o700)
    at = datetime.now(UTC)
    public, private = folder / f"{address}.pem", folder / f"{address}.key"
    authority_file = folder / "authority.pem"
    authority_files = (authority_file, folder / "authority.key")
    authority = Signed.read(*authority_files, at=at)
    known = Signed.read(public, private, at=at)
    if authority is None or not _covers(authority, address):
        authority, known = _authority(address, at=at), None
        authority.write(*authority_files)
    if known is None or not _issued(authority, known):
        leaf(authority, address, at=at).write(public, private)
    return Certificate(public, private, authority_file)


def _issued(authority: Signed, known: Signed) -> bool:
    try:
        known.certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, InvalidSignature):
        return False
    return True


def _covers(authority: Signed, address: str) -> bool:
    constraints = authority.certificate.extensions.get_extension_for_class(x509.NameConstraints)
    permitted = constraints.value.permitted_subtrees or []
    networks = (
        ipaddress.ip_network(str(one.value)) for one in permitted if isinstance(one, x509.IPAddress)
    )
    return any(ipaddress.ip_address(address) in network for network in networks)


def _authority(address: str, *, at: datetime) -> Signed:
    networks = {ipaddress.ip_network(one) for one in (*HOME_NETWORKS, address)}
    permitted: list[x509.GeneralName] = [x509.DNSName("localhost")]
    permitted += [x509.IPAddress(one) for one in sorted(networks, key=str)]
    key = ec.generate_private_key(ec.SECP256R1())
    # The time tells two of them apart, in a phone's list too.
    name = _name(f"Parterre on {socket.gethostname()}, {at:%Y-%m-%d %H:%M:%S}")
    extensions: list[Extension] = [
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (SIGNS_CERTIFICATES, True),
        (x509.NameConstraints(permitted, None), True),
        (x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False),
    ]
    made = _builder(name, name, key, extensions, at=at, valid=AUTHORITY_VALID)
    return Signed(made.sign(key, hashes.SHA256()), key)


def leaf(authority: Signed, address: str, *, at: datetime) -> Signed:
    addresses = {ipaddress.ip_address(address), ipaddress.ip_address("127.0.0.1")}
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    names += [x509.IPAddress(one) for one in sorted(addresses, key=str)]
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = authority.certificate.subject
    issuer_key = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    extensions: list[Extension] = [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (x509.SubjectAlternativeName(names), False),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (issuer_key, False),
    ]
    name = _name(f"Parterre at {address}")
    made = _builder(name, issuer, key, extensions, at=at, valid=VALID)
    return Signed(made.sign(authority.key, hashes.SHA256()), key)


def _builder(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    extensions: Iterable[Extension],
    *,
    at: datetime,
    valid: timedelta,
) -> x509.CertificateBuilder:
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + valid)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])
