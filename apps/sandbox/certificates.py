from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_YEARS = 20
_HOST = "messageverificationcerts.sandbox.paypal.com"


@dataclass(frozen=True, slots=True)
class Certificates:
    """A root of our own, and below it the certificate that signs PayPal's webhooks."""

    ca_pem: bytes
    chain_pem: bytes  # leaf first, then the intermediate, as PayPal serves it
    key_pem: bytes

    @property
    def name(self) -> str:
        leaf = x509.load_pem_x509_certificate(self.chain_pem)
        return f"CERT-{leaf.serial_number:x}"[:45]

    def sign(self, message: bytes) -> bytes:
        return _read(self.key_pem).sign(message, padding.PKCS1v15(), hashes.SHA256())

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raises InvalidSignature."""
        leaf = x509.load_pem_x509_certificate(self.chain_pem)
        cast("rsa.RSAPublicKey", leaf.public_key()).verify(
            signature, message, padding.PKCS1v15(), hashes.SHA256()
        )


@cache
def certificates() -> Certificates:
    """Made once per process."""
    now = datetime.now(UTC) - timedelta(days=2)
    root_key, root_name = _key(), _name("Parterre sandbox root")
    root = _certificate(root_key, root_name, root_key, root_name, now=now, ca_depth=1)
    middle_key, middle_name = _key(), _name("Parterre sandbox CA")
    middle = _certificate(middle_key, middle_name, root_key, root_name, now=now, ca_depth=0)
    leaf_key = _key()
    leaf = _certificate(leaf_key, _name(_HOST), middle_key, middle_name, now=now, ca_depth=None)
    return Certificates(
        ca_pem=root.public_bytes(serialization.Encoding.PEM),
        chain_pem=leaf.public_bytes(serialization.Encoding.PEM)
        + middle.public_bytes(serialization.Encoding.PEM),
        key_pem=leaf_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )


def kept_certificates(folder: Path) -> Certificates:
    """The ones of this folder, made at the first start, so that a restart keeps the root that
    the shop trusts."""
    paths = [folder / name for name in ("ca.pem", "chain.pem", "key.pem")]
    if not all(path.exists() for path in paths):
        folder.mkdir(parents=True, exist_ok=True)
        made = certificates()
        for path, content in zip(paths, (made.ca_pem, made.chain_pem, made.key_pem), strict=True):
            path.touch(mode=0o600)
            path.write_bytes(content)
    return Certificates(*(path.read_bytes() for path in paths))


@cache
def _read(key_pem: bytes) -> rsa.RSAPrivateKey:
    """It is proven to be a key each time it is read, which takes longer than a webhook."""
    return cast("rsa.RSAPrivateKey", serialization.load_pem_private_key(key_pem, password=None))


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Parterre sandbox"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    key: rsa.RSAPrivateKey,
    name: x509.Name,
    issuer_key: rsa.RSAPrivateKey,
    issuer: x509.Name,
    *,
    now: datetime,
    ca_depth: int | None,
) -> x509.Certificate:
    is_ca = ca_depth is not None
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=365 * _YEARS))
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=ca_depth), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .add_extension(_usage_of_ca() if is_ca else _usage_of_leaf(), critical=True)
    )
    if not is_ca:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.DNSName(_HOST)]), critical=False
        ).add_extension(
            x509.ExtendedKeyUsage(
                [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
            ),
            critical=False,
        )
    return builder.sign(issuer_key, hashes.SHA256())


def _usage_of_ca() -> x509.KeyUsage:
    return _usage(signs_certificates=True)


def _usage_of_leaf() -> x509.KeyUsage:
    return _usage(signs_certificates=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=not signs_certificates,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
