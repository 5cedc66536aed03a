from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.apps import apps
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from apps.events.models import Event
from apps.tickets import keys, tokens
from apps.tickets.models import Ticket
from tests.factories.selling import NOON

OLD, NEW = keys.new_pem(), keys.new_pem()
SECRET = "a shared secret of at least thirty-two bytes"
PAYLOAD: dict[str, Any] = {
    "sub": "4Q7KM2XD9A0B",
    "evt": 3,
    "typ": 5,
    "ver": 1,
    "iat": 1_772_366_400,
    "exp": 1_803_902_400,
}


def make_ticket(event_ends_in_days: int = 10) -> Ticket:
    event = Event(pk=3, ends_at=NOON + timedelta(days=event_ends_in_days))
    return Ticket(reference="4Q7KM2XD9A0B", event=event, variant_id=5, issued_at=NOON)


def encode(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def kid() -> str:
    return keys.ring().newest.kid


def sign(payload: dict[str, object]) -> str:
    """With our own newest key, whatever the payload says."""
    newest = keys.ring().newest
    signed = f"{encode({'alg': 'ES256', 'kid': newest.kid})}.{encode(payload)}"
    signature = jwt.get_algorithm_by_name("ES256").sign(signed.encode(), newest.signs)
    return f"{signed}.{encode(signature)}"


def test_a_token_says_whom_it_admits_where() -> None:
    claims = tokens.read(tokens.token(make_ticket()))
    assert (claims.reference, claims.event_id, claims.variant_id, claims.version) == (
        "4Q7KM2XD9A0B",
        3,
        5,
        1,
    )
    assert claims.issued_at == NOON


def test_it_carries_the_key_and_the_algorithm() -> None:
    header = jwt.get_unverified_header(tokens.token(make_ticket()))
    assert header == {"alg": "ES256", "kid": kid(), "typ": "JWT"}


@pytest.mark.parametrize(
    ("event_ends_in_days", "expires_in_days"), [(10, 365), (335, 365), (336, 366), (700, 730)]
)
def test_it_expires_a_year_on_or_a_month_after_the_event(
    event_ends_in_days: int, expires_in_days: int
) -> None:
    claims = tokens.read(tokens.token(make_ticket(event_ends_in_days)))
    expiry = NOON + timedelta(days=expires_in_days)
    assert claims.expires_at == expiry
    assert not claims.expired(at=expiry - timedelta(seconds=1))
    assert claims.expired(at=expiry)


def test_the_newest_key_signs_and_the_old_one_still_opens() -> None:
    with override_settings(TICKET_SIGNING_KEYS=OLD):
        before = tokens.token(make_ticket())
    with override_settings(TICKET_SIGNING_KEYS=NEW + OLD):
        after = tokens.token(make_ticket())
        assert tokens.read(before).reference == tokens.read(after).reference == "4Q7KM2XD9A0B"
    with override_settings(TICKET_SIGNING_KEYS=NEW):
        assert tokens.read(after).version == 1
        with pytest.raises(tokens.NotOurs):
            tokens.read(before)


def test_no_algorithm_is_no_ticket() -> None:
    forged = f"{encode({'alg': 'none', 'kid': kid()})}.{encode(PAYLOAD)}."
    with pytest.raises(tokens.NotOurs):
        tokens.read(forged)


def test_the_public_key_is_no_shared_secret() -> None:
    public = keys.ring().newest.verifies
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    secrets = [
        public.public_bytes(serialization.Encoding.PEM, spki),
        public.public_bytes(serialization.Encoding.DER, spki),
        json.dumps(keys.jwks()["keys"][0]).encode(),
    ]
    for secret in secrets:
        signed = f"{encode({'alg': 'HS256', 'kid': kid()})}.{encode(PAYLOAD)}"
        signature = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        with pytest.raises(tokens.NotOurs):
            tokens.read(f"{signed}.{encode(signature)}")


def test_an_unasked_shared_secret_signs_nothing() -> None:
    forged = jwt.encode(PAYLOAD, SECRET, algorithm="HS256", headers={"kid": keys.SHARED})
    with pytest.raises(tokens.NotOurs):
        tokens.read(forged)


@pytest.mark.parametrize(
    "header", [{"kid": "another"}, {}, {"kid": 7}, {"kid": ["a"]}, {"kid": None}]
)
def test_a_key_that_is_not_ours(header: dict[str, Any]) -> None:
    stranger = ec.generate_private_key(ec.SECP256R1())
    under_our_name = jwt.encode(PAYLOAD, stranger, algorithm="ES256", headers={"kid": kid()})
    signature = under_our_name.split(".")[2]
    under_another = f"{encode({'alg': 'ES256', **header})}.{encode(PAYLOAD)}.{signature}"
    for forged in (under_our_name, under_another):
        with pytest.raises(tokens.NotOurs):
            tokens.read(forged)


def test_the_key_that_signs_by_hand_is_ours() -> None:
    assert tokens.read(sign(PAYLOAD)).reference == "4Q7KM2XD9A0B"


@pytest.mark.parametrize("claim", list(PAYLOAD))
def test_every_claim_is_needed(claim: str) -> None:
    with pytest.raises(tokens.NotOurs):
        tokens.read(sign({name: value for name, value in PAYLOAD.items() if name != claim}))


@pytest.mark.parametrize("claim", ["evt", "typ", "ver", "iat", "exp"])
@pytest.mark.parametrize("value", ["1", 1.5, True, None, [1]])
def test_a_claim_of_another_kind_even_when_signed(claim: str, value: object) -> None:
    with pytest.raises(tokens.NotOurs):
        tokens.read(sign(PAYLOAD | {claim: value}))


@pytest.mark.parametrize("claim", ["iat", "exp"])
@pytest.mark.parametrize("value", [10**30, -(10**30)])
def test_a_time_beyond_the_calendar_even_when_signed(claim: str, value: object) -> None:
    with pytest.raises(tokens.NotOurs):
        tokens.read(sign(PAYLOAD | {claim: value}))


@given(st.data())
def test_one_altered_character_breaks_it(data: st.DataObject) -> None:
    token = tokens.token(make_ticket())
    index = data.draw(st.integers(0, len(token) - 1))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    altered = token[:index] + data.draw(st.sampled_from(letters)) + token[index + 1 :]
    if altered == token:
        assert tokens.read(altered).reference == "4Q7KM2XD9A0B"
    else:
        with pytest.raises(tokens.NotOurs):
            tokens.read(altered)


@given(st.text(max_size=1200))
def test_any_text_is_refused_cleanly(text: str) -> None:
    with pytest.raises(tokens.NotOurs):
        tokens.read(text)


@given(st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.text(max_size=5)))
def test_any_header_is_refused_cleanly(header: dict[str, Any]) -> None:
    with pytest.raises(tokens.NotOurs):
        tokens.read(f"{encode(header)}.{encode(PAYLOAD)}.{encode(b'x' * 64)}")


def test_a_shared_secret_when_the_operator_asks_for_it() -> None:
    with override_settings(TICKET_HS256_SECRET=SECRET):
        token = tokens.token(make_ticket())
        assert jwt.get_unverified_header(token) == {"alg": "HS256", "kid": "hs256", "typ": "JWT"}
        assert tokens.read(token).reference == "4Q7KM2XD9A0B"
        assert "TICKET_HS256_SECRET" in keys.why_no_offline_door()
        assert [key["kty"] for key in keys.jwks()["keys"]] == ["EC"]
    assert keys.why_no_offline_door() == ""


def test_the_key_set_is_public_and_verifies() -> None:
    token = tokens.token(make_ticket())
    [published] = keys.jwks()["keys"]
    assert set(published) == {"kty", "crv", "x", "y", "kid", "alg", "use"}
    payload = jwt.decode(
        token,
        jwt.PyJWK(published).key,
        algorithms=["ES256"],
        options={"verify_exp": False, "verify_iat": False},
    )
    assert payload["sub"] == "4Q7KM2XD9A0B"


P384 = (
    ec.generate_private_key(ec.SECP384R1())
    .private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    .decode()
)
NO_KEY = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("pems", "secret", "says"),
    [
        ("", "", "holds no PEM"),
        ("nonsense", "", "holds no PEM"),
        (NEW + NO_KEY, "", "key 2 is not a readable private key"),
        (NEW + P384, "", "key 2 is not a P-256 key"),
        (NEW + OLD + NEW, "", "the same key twice"),
        (NEW, "short", "TICKET_HS256_SECRET is shorter than 32 bytes"),
    ],
)
def test_keys_that_cannot_sign_are_named(pems: str, secret: str, says: str) -> None:
    with (
        override_settings(TICKET_SIGNING_KEYS=pems, TICKET_HS256_SECRET=secret),
        pytest.raises(keys.BrokenKeys, match=says),
    ):
        keys.ring()


def test_a_shop_with_such_keys_ends_with_what_is_wrong_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with (
        override_settings(TICKET_SIGNING_KEYS=NEW + NO_KEY, TICKET_HS256_SECRET=""),
        pytest.raises(SystemExit) as ended,
    ):
        apps.get_app_config("tickets").ready()
    assert ended.value.code == 3
    assert capsys.readouterr().err == (
        "Parterre cannot start:\n  - TICKET_SIGNING_KEYS: key 2 is not a readable private key\n"
    )


def test_keys_may_be_written_on_one_line() -> None:
    with override_settings(TICKET_SIGNING_KEYS=NEW.replace("\n", "\\n")):
        assert tokens.read(tokens.token(make_ticket())).version == 1
