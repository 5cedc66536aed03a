from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Mapping
from uuid import uuid4

from cryptography.exceptions import InvalidSignature

from apps.sandbox.http import Json
from apps.sandbox.paypal.call import Call
from apps.sandbox.paypal.errors import malformed
from apps.sandbox.world import World, iso

ALGORITHM = "SHA256withRSA"
_FIELDS = "auth_algo cert_url transmission_id transmission_sig transmission_time webhook_id".split()


def transmission(world: World, webhook_id: str, body: bytes) -> Mapping[str, str]:
    """The headers PayPal signs a webhook with."""
    key, at = str(uuid4()), iso(time.time())
    signature = world.certificates.sign(_message(key, at, webhook_id, body))
    return {
        "Content-Type": "application/json",
        "User-Agent": "PayPal/AUHD-1.0-1",
        "Paypal-Auth-Algo": ALGORITHM,
        "Paypal-Auth-Version": "v2",
        "Paypal-Cert-Url": cert_url(world),
        "Paypal-Transmission-Id": key,
        "Paypal-Transmission-Sig": base64.b64encode(signature).decode(),
        "Paypal-Transmission-Time": at,
    }


def cert_url(world: World) -> str:
    return f"{world.options.api_url}/v1/notifications/certs/{world.certificates.name}"


def verify(call: Call) -> tuple[int, Json]:
    """The signature is checked over the text of `webhook_event` as it was sent: JSON written
    anew fails, as at PayPal."""
    given = call.body
    for name in (*_FIELDS, "webhook_event"):
        if not given.get(name):
            raise malformed(
                "MISSING_REQUIRED_PARAMETER", "A required field is missing.", field=name
            )
    event = _event_text(call.raw)
    message = _message(
        given["transmission_id"], given["transmission_time"], given["webhook_id"], event
    )
    return 200, {
        "verification_status": "SUCCESS" if _holds(call.world, given, message) else "FAILURE"
    }


def _holds(world: World, given: Json, message: bytes) -> bool:
    if given["auth_algo"] != ALGORITHM or given["cert_url"] != cert_url(world):
        return False
    try:
        world.certificates.verify(base64.b64decode(given["transmission_sig"]), message)
    except (InvalidSignature, binascii.Error):
        return False
    return True


def _message(key: str, at: str, webhook_id: str, body: bytes) -> bytes:
    return f"{key}|{at}|{webhook_id}|{binascii.crc32(body)}".encode()


def _event_text(raw: bytes) -> bytes:
    text = raw.decode()
    start = text.index("{", text.index('"webhook_event"'))
    _, end = json.JSONDecoder().raw_decode(text, start)
    return text[start:end].encode()
