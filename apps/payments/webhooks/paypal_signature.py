"""
PayPal's webhook signature, checked here: RSA over id, time, our webhook id and the body's CRC32.

The certificate comes from an address that the header names, so the address, the chain up to a CA
and the dates are checked before its key is believed.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import httpcore
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.verification import (
    ExtensionPolicy,
    PolicyBuilder,
    Store,
    VerificationError,
)
from django.conf import settings

from apps.core import http_client
from apps.payments.gateways.errors import BadSignature, Unavailable

CERT_PATH = "/v1/notifications/certs/"
CERT_READ_SECONDS = 5.0
ALGORITHM = "SHA256withRSA"


def check_signature(headers: Mapping[str, str], body: bytes, *, at: datetime) -> None:
    """
    headers: lower-case names.

    :raises BadSignature: not signed by PayPal for our webhook id.
    :raises Unavailable: the certificate cannot be fetched now.
    """
    try:
        sent_id = headers["paypal-transmission-id"]
        sent_at = headers["paypal-transmission-time"]
        signature = base64.b64decode(headers["paypal-transmission-sig"], validate=True)
        url = headers["paypal-cert-url"]
        algorithm = headers["paypal-auth-algo"]
    except (KeyError, ValueError) as error:
        raise BadSignature("headers") from error
    if algorithm != ALGORITHM or not settings.PAYPAL_WEBHOOK_ID:
        raise BadSignature("algorithm")
    _check_address(url)
    key = _trusted_key(_certificates(url), at=at)
    signed = f"{sent_id}|{sent_at}|{settings.PAYPAL_WEBHOOK_ID}|{zlib.crc32(body)}"
    try:
        key.verify(signature, signed.encode(), padding.PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise BadSignature("signature") from error


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise BadSignature("certificate_address") from error
    host, prefix = parts.hostname or "", ""
    if http_client.origin_allowed(parts.scheme, host, port):
        prefix = urlsplit(settings.PAYPAL_API_BASE).path  # the sandbox may live under a path
    elif (parts.scheme, port) != ("https", 443) or host not in settings.PAYPAL_CERT_HOSTS:
        raise BadSignature("certificate_address")
    if (
        not parts.path.startswith(prefix + CERT_PATH)
        or ".." in parts.path
        or parts.query
        or parts.username is not None
        or not (url.isascii() and url.isprintable())
    ):
        raise BadSignature("certificate_address")


def _trusted_key(chain: bytes, *, at: datetime) -> rsa.RSAPublicKey:
    try:
        leaf, *between = x509.load_pem_x509_certificates(chain)
        # Who it was issued to says nothing here (it is no web server's name); by whom does.
        policy = PolicyBuilder().store(_authorities(settings.PAYPAL_CERT_CA_FILE)).time(at)
        policy = policy.extension_policies(
            ca_policy=ExtensionPolicy.webpki_defaults_ca(), ee_policy=ExtensionPolicy.permit_all()
        )
        policy.build_client_verifier().verify(leaf, between)
    except (ValueError, VerificationError) as error:
        raise BadSignature("certificate") from error
    key = leaf.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadSignature("certificate")
    return key


@cache
def _authorities(path: str) -> Store:
    if path:
        return Store(x509.load_pem_x509_certificates(Path(path).read_bytes()))
    known = httpcore.default_ssl_context().get_ca_certs(binary_form=True)
    return Store([x509.load_der_x509_certificate(der) for der in known])


@lru_cache(maxsize=16)
def _certificates(url: str) -> bytes:
    """PayPal names another address when it changes the certificate, so a fetched one stays true."""
    try:
        reply = http_client.send("GET", url, read_seconds=CERT_READ_SECONDS)
    except http_client.OutboundError as error:
        raise Unavailable("certificate") from error
    if reply.status != 200:
        raise Unavailable("certificate")
    return reply.body
