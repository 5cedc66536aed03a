from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID
from django.conf import LazySettings

from apps.payments.gateways import errors, paypal
from apps.payments.webhooks import paypal_signature
from tests.payments.conftest import Provider

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BODY = json.dumps(
    {
        "id": "WH-1",
        "event_type": "PAYMENT.CAPTURE.COMPLETED",
        "create_time": "2026-11-21T11:59:58Z",
        "resource": {
            "id": "3C",
            "custom_id": "PAY1",
            "supplementary_data": {"related_ids": {"order_id": "5O"}},
        },
    }
).encode()


@dataclass
class Issuer:
    name: x509.Name
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def certificate(
    subject: x509.Name,
    subject_key: rsa.RSAPrivateKey,
    issuer: x509.Name,
    issuer_key: rsa.RSAPrivateKey,
    *,
    path_length: int | None = None,
    until: datetime = AT + timedelta(days=30),
) -> x509.Certificate:
    """path_length: of a CA; None for a leaf."""
    is_ca = path_length is not None
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(subject_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(AT - timedelta(days=30))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=path_length), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_ca,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=is_ca,
                crl_sign=is_ca,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(subject_key.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
        .sign(issuer_key, SHA256())
    )


def authority(name: str) -> Issuer:
    private = key()
    return Issuer(
        named(name), private, certificate(named(name), private, named(name), private, path_length=1)
    )


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(c.public_bytes(serialization.Encoding.PEM) for c in certificates)


@dataclass
class Signer:
    """PayPal as we know it: a root we trust, an intermediate, a leaf that signs."""

    root: Issuer
    chain: bytes
    key: rsa.RSAPrivateKey
    url: str = ""

    def headers(self, body: bytes, webhook_id: str = "WH-SANDBOX") -> dict[str, str]:
        signed = f"t-1|2026-11-21T12:00:00Z|{webhook_id}|{zlib.crc32(body)}"
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), SHA256())
        return {
            "paypal-transmission-id": "t-1",
            "paypal-transmission-time": "2026-11-21T12:00:00Z",
            "paypal-transmission-sig": base64.b64encode(signature).decode(),
            "paypal-cert-url": self.url,
            "paypal-auth-algo": "SHA256withRSA",
        }


def signer_under(root: Issuer, until: datetime = AT + timedelta(days=30)) -> Signer:
    between_key, leaf_key = key(), key()
    between = certificate(named("Between"), between_key, root.name, root.key, path_length=0)
    leaf = certificate(named("messages"), leaf_key, named("Between"), between_key, until=until)
    return Signer(root, pem(leaf, between), leaf_key)


@pytest.fixture(scope="module")
def root() -> Issuer:
    return authority("Test root")


@pytest.fixture(scope="module")
def under_it(root: Issuer) -> Signer:
    return signer_under(root)


@pytest.fixture
def signer(
    root: Issuer, under_it: Signer, provider: Provider, settings: LazySettings, tmp_path: Path
) -> Iterator[Signer]:
    here = replace(under_it)
    provider.answers(200, here.chain)
    here.url = f"{provider.url}/v1/notifications/certs/CERT-1"
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(pem(root.certificate))
    settings.PAYPAL_CERT_CA_FILE = str(ca_file)
    settings.PAYPAL_WEBHOOK_ID = "WH-SANDBOX"
    settings.PAYPAL_CERT_HOSTS = ["api.paypal.com"]
    paypal_signature._certificates.cache_clear()
    yield here
    paypal_signature._certificates.cache_clear()


def test_a_signed_event_is_read_and_the_certificate_fetched_once(
    signer: Signer, provider: Provider
) -> None:
    paypal.verify(signer.headers(BODY), BODY, endpoint="platform", at=AT)
    notice = paypal.verify(signer.headers(BODY), BODY, endpoint="platform", at=AT)
    assert (notice.event_id, notice.subject, notice.reference) == ("WH-1", "attempt", "PAY1")
    assert notice.ids == {"capture": "3C", "order": "5O"}
    assert len(provider.seen) == 1


def refused(signer: Signer, headers: dict[str, str], body: bytes = BODY) -> str:
    with pytest.raises(errors.BadSignature) as refusal:
        paypal.verify(headers, body, endpoint="platform", at=AT)
    return refusal.value.code


def test_a_changed_body_is_refused(signer: Signer) -> None:
    assert refused(signer, signer.headers(BODY), BODY.replace(b"PAY1", b"PAY2")) == "signature"


def test_a_reserialised_body_is_refused(signer: Signer) -> None:
    pretty = json.dumps(json.loads(BODY), indent=1).encode()
    assert refused(signer, signer.headers(BODY), pretty) == "signature"


def test_a_signature_for_another_webhook_is_refused(signer: Signer) -> None:
    assert refused(signer, signer.headers(BODY, webhook_id="WH-OTHER")) == "signature"


@pytest.mark.parametrize(
    "name",
    [
        "paypal-transmission-id",
        "paypal-transmission-time",
        "paypal-transmission-sig",
        "paypal-cert-url",
        "paypal-auth-algo",
    ],
)
def test_a_missing_header_is_refused(signer: Signer, name: str) -> None:
    headers = signer.headers(BODY)
    del headers[name]
    assert refused(signer, headers) == "headers"


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("paypal-auth-algo", "none", "algorithm"),
        ("paypal-transmission-sig", "***", "headers"),
        ("paypal-transmission-sig", "AAAA", "signature"),
        ("paypal-transmission-id", "t-2", "signature"),
    ],
)
def test_changed_headers_are_refused(signer: Signer, name: str, text: str, code: str) -> None:
    assert refused(signer, signer.headers(BODY) | {name: text}) == code


@pytest.mark.parametrize(
    "url",
    [
        "http://api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1",
        "https://evil.example/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
        "https://api.paypal.com/v1/notifications/certs/../../evil",
        "https://api.paypal.com/v1/notifications/certs/CERT-1?x=1",
        "https://api.paypal.com/somewhere/else",
        "https://user@api.paypal.com/v1/notifications/certs/CERT-1",
        "https://api.paypal.com:port/v1/notifications/certs/CERT-1",
        "file:///v1/notifications/certs/CERT-1",
        "",
    ],
)
def test_a_certificate_from_elsewhere_is_not_even_fetched(
    signer: Signer, provider: Provider, url: str
) -> None:
    assert refused(signer, signer.headers(BODY) | {"paypal-cert-url": url}) == (
        "certificate_address"
    )
    assert provider.seen == []


def test_a_certificate_of_another_authority_is_refused(signer: Signer, provider: Provider) -> None:
    stranger = signer_under(authority("Stranger"))
    stranger.url = signer.url
    provider.script = []
    provider.answers(200, stranger.chain)
    assert refused(stranger, stranger.headers(BODY)) == "certificate"


def test_a_leaf_cannot_issue_certificates(signer: Signer, provider: Provider, root: Issuer) -> None:
    leaf_key, forged_key = key(), key()
    leaf = certificate(named("messages"), leaf_key, root.name, root.key)
    forged = certificate(named("forged"), forged_key, named("messages"), leaf_key)
    provider.script = []
    provider.answers(200, pem(forged, leaf))
    forger = Signer(root, b"", forged_key, signer.url)
    assert refused(forger, forger.headers(BODY)) == "certificate"


def test_an_expired_certificate_is_refused(
    signer: Signer, provider: Provider, root: Issuer
) -> None:
    old = signer_under(root, until=AT - timedelta(seconds=1))
    old.url = signer.url
    provider.script = []
    provider.answers(200, old.chain)
    assert refused(old, old.headers(BODY)) == "certificate"


@pytest.mark.parametrize("chain", [b"", b"no certificate"])
def test_rubbish_instead_of_a_certificate_is_refused(
    signer: Signer, provider: Provider, chain: bytes
) -> None:
    provider.script = []
    provider.answers(200, chain)
    assert refused(signer, signer.headers(BODY)) == "certificate"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_certificate_that_cannot_be_fetched_is_no_verdict(
    signer: Signer, provider: Provider, status: int
) -> None:
    provider.script = []
    provider.answers(status, b"", {"Location": "http://evil.example/"})
    with pytest.raises(errors.Unavailable):
        paypal.verify(signer.headers(BODY), BODY, endpoint="platform", at=AT)
