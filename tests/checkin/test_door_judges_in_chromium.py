"""The phone's own judgement, module by module, in the browser it runs in."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Page

from apps.checkin import rules
from apps.tickets import keys
from tests.phones import OpenPhone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CASES = json.loads((Path(__file__).parent / "cases" / "verdicts.json").read_text())
GIVEN = CASES["given"]
CLAIMS = {"sub": "4Q7KM2XD9A0B", "evt": 1, "typ": 2, "ver": 3, "iat": 1, "exp": 2_000_000_000}


@pytest.fixture
def page(open_phone: OpenPhone) -> Page:
    page = open_phone()
    page.goto("/door/")
    return page


def ms(text: str | None) -> int | None:
    return int(datetime.fromisoformat(text).timestamp() * 1000) if text else None


def as_a_phone_knows_it(case: dict[str, Any]) -> list[Any]:
    """The arguments of facts()."""

    def of(name: str) -> dict[str, Any]:
        return {**GIVEN[name], **case.get(name, {})}

    code, ticket, door = of("code"), of("ticket"), of("door")
    everywhere = {"direction": "both", "variants": [], "access_levels": []}
    gate = {"opens_at": None, "closes_at": None, **(case.get("gate") or everywhere)}
    stays = [{"came": ms(came), "left": ms(left)} for came, left in ticket["stays"]]
    slot = case.get("slot")
    return [
        {**code, "expires_at": ms(code["expires_at"])},
        {**ticket, "stays": stays},
        {
            "closes_at": ms(door["closes_at"]),
            "policy": {
                "rule": door["entry_rule"],
                "zone": door["timezone"],
                "per_day": door["entries_per_day"],
                "day_starts_at": door["day_starts_at"],
            },
            "gate": {**gate, **{name: ms(gate[name]) for name in ("opens_at", "closes_at")}},
            "direction": case.get("direction", GIVEN["direction"]),
        },
        {name: ms(at) for name, at in slot.items()} if slot else None,
        ms(case.get("at", GIVEN["at"])),
    ]


def test_the_phone_says_what_the_server_says(page: Page) -> None:
    said = page.evaluate(
        """async ([cases, rules]) => {
            const { facts } = await import("/static/js/door/facts.js");
            const { judge } = await import("/static/js/door/judge.js");
            return cases.map((known) => judge(facts(...known), rules));
        }""",
        [[as_a_phone_knows_it(case) for case in CASES["cases"]], rules.as_data()],
    )
    names = [case["name"] for case in CASES["cases"]]
    answers = [{word: row[word] for word in ("verdict", "reason", "overrule")} for row in said]
    expected = [case["expect"] for case in CASES["cases"]]
    assert dict(zip(names, answers, strict=True)) == dict(zip(names, expected, strict=True))


def signed(claims: dict[str, Any] | None = None, **header: Any) -> str:
    key = keys.ring().newest
    headers = {"kid": key.kid, **header}
    return jwt.encode(claims or CLAIMS, key.signs, algorithm="ES256", headers=headers)


def encoded(part: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def attacks() -> dict[str, str]:
    ring = keys.ring().newest
    public = ring.verifies.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head, body, signature = signed().split(".")
    stranger = ec.generate_private_key(ec.SECP256R1())
    unsigned = encoded({"alg": "none", "kid": ring.kid})
    by_hmac = encoded({"alg": "HS256", "kid": ring.kid})
    mac = jwt.get_algorithm_by_name("HS256").sign(f"{by_hmac}.{body}".encode(), public)
    return {
        "altered": f"{head}.{encoded({**CLAIMS, 'sub': '000000000000'})}.{signature}",
        "alg none": f"{unsigned}.{body}.",
        "alg none with the signature": f"{unsigned}.{body}.{signature}",
        "HS256 with the public key": f"{by_hmac}.{body}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}",
        "a stranger's key under our name": jwt.encode(
            CLAIMS, stranger, algorithm="ES256", headers={"kid": ring.kid}
        ),
        "a key nobody knows": signed(kid="nobody"),
        "a claim that is no number": signed({**CLAIMS, "ver": "3"}),
        "no ticket": signed({**CLAIMS, "sub": 7}),
        "signature cut": f"{head}.{body}.{signature[:-4]}",
        "padded": f"{head}.{body}.{signature}==",
        "two parts": f"{head}.{body}",
        "too long": signed({**CLAIMS, "x": "y" * 1000}),
        "words": "hello",
        "nothing": "",
    }


def test_only_a_code_signed_by_us_is_read(page: Page) -> None:
    found = page.evaluate(
        """async ([jwks, good, attacks]) => {
            const { readKeys, readToken } = await import("/static/js/door/token.js");
            const keys = await readKeys(jwks);
            const read = {};
            for (const [name, code] of Object.entries(attacks)) read[name] = await readToken(code, keys);
            return [await readToken(good, keys), read];
        }""",
        [keys.jwks(), signed(), attacks()],
    )
    good, bad = found
    assert good == {
        "reference": "4Q7KM2XD9A0B",
        "event": 1,
        "variant": 2,
        "version": 3,
        "expires": 2_000_000_000_000,
    }
    assert bad == dict.fromkeys(bad)


def test_the_clock_knows_what_it_does_not_know(page: Page) -> None:
    assert page.evaluate(
        """async () => {
            const { Clock } = await import("/static/js/door/clock.js");
            let wall = 1_000_000, steady = 500;
            const wait = (ms) => { wall += ms; steady += ms; };
            const clock = new Clock(null, { wall: () => wall, steady: () => steady });
            const said = { new: clock.read() };
            // A call of 200 ms: the server's clock is 60 s ahead of ours.
            const sent = clock.now();
            wait(200);
            const kept = clock.learn(sent + 100 + 60_000, sent, clock.now());
            said.kept = kept;
            wait(100_000);
            said.later = clock.read();
            said.slow = clock.learn(clock.now() + 60_000, clock.now() - 4_000, clock.now());
            wall -= 600_000; // set back by hand
            said.setBack = clock.read();
            wall += 600_000 + 3_600_000; // the phone slept: the steady clock stood
            said.slept = clock.read();
            said.restarted = new Clock(kept, { wall: () => wall, steady: () => 0 }).read();
            return said;
        }"""
    ) == {
        "new": {"at": 1_000_000, "offset": 0, "within": 5_000},
        "kept": {"offset": 60_000, "within": 101, "at": 1_000_200},
        "later": {"at": 1_100_200, "offset": 60_000, "within": 111},
        "slow": None,
        "setBack": {"at": 1_100_200, "offset": 60_000, "within": 111},
        "slept": {"at": 4_700_200, "offset": 60_000, "within": 5_370},
        "restarted": {"at": 4_700_200, "offset": 60_000, "within": 5_370},
    }


def test_names_are_found_by_parts_and_without_accents(page: Page) -> None:
    names = ["Jörg Müller", "Mira Sandberg", "Łukasz Groß", "Søren Ærø", "Ana María Núñez"]
    found = page.evaluate(
        """async ([names, typed]) => {
            const { find } = await import("/static/js/door/lookup.js");
            const tickets = names.map((holder, n) => ({ holder, reference: `4Q7KM2XD9A0${n}` }));
            return Object.fromEntries(typed.map((t) => [t, find(tickets, t).map(({ holder }) => holder)]));
        }""",
        [
            names,
            [
                "mull jor",
                "MÜLLER",
                "gross",
                "lukasz",
                "aero",
                "maria nun",
                "m",
                "4q7k-m2xd-9a01",
                "o",
            ],
        ],
    )
    assert found == {
        "mull jor": ["Jörg Müller"],
        "MÜLLER": ["Jörg Müller"],
        "gross": ["Łukasz Groß"],
        "lukasz": ["Łukasz Groß"],
        "aero": ["Søren Ærø"],
        "maria nun": ["Ana María Núñez"],
        "m": [],
        "4q7k-m2xd-9a01": ["Mira Sandberg"],
        "o": [],
    }
