"""
Every way in which a provider says no, or takes something back, and the stories of what then is seen
by a buyer, an organizer or an operator. A code that the gateways translate must stand here, and be said
in one of its stories: by the sandbox as the provider says it.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from apps.payments import reasons
from apps.payments.gateways.paypal import notice as paypal_notice
from apps.payments.gateways.paypal import refusals
from apps.payments.gateways.stripe import client as stripe_client
from apps.payments.gateways.stripe import notice as stripe_notice
from tests.architecture.provider_errors import EVENTS, PAYPAL, STRIPE, Story

TESTS = Path(__file__).resolve().parents[1]
_WENT_WRONG = re.compile(
    r"REVERSED|DENIED|DECLINED|PENDING|FAILED|UNCLAIMED|HELD|BLOCKED|RETURNED|REFUNDED$|CANCELED"
    r"|failed|expired|canceled|reversed|dispute.created|warning.created|deauthorized"
)
_NO_ERRORS = {"PAYMENT.CAPTURE.REFUNDED", "charge.refunded"}  # what we asked for, or adopt


@pytest.mark.parametrize("row", [*PAYPAL.items(), *STRIPE.items(), *EVENTS.items()], ids=str)
def test_each_is_said_in_its_story(row: tuple[str, tuple[Story, ...]]) -> None:
    said, stories = row
    # A row of cases names an event of payouts without its "PAYMENT.".
    told = [_stories(file).get(name, "") for file, name in stories]
    assert all(told), stories
    assert any(said.removeprefix("PAYMENT.") in text for text in told), said


@cache
def _stories(file: str) -> dict[str, str]:
    """Each with its cases, by name."""
    text = (TESTS / file).read_text()
    lines = text.splitlines()
    return {
        node.name: "\n".join(lines[_first_line(node) - 1 : node.end_lineno])
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef)
    }


def _first_line(node: ast.FunctionDef) -> int:
    return min([node.lineno, *(each.lineno for each in node.decorator_list)])


def test_every_code_that_is_translated_has_a_row() -> None:
    assert set(refusals._ISSUES) - set(PAYPAL) == set()
    translated = stripe_client.NOTHING_LEFT | stripe_client.NO_FUNDS | stripe_client.FINAL_NO
    assert translated - set(STRIPE) == set()


def test_every_bad_news_we_listen_to_has_a_row() -> None:
    known = {*paypal_notice.EVENTS, *stripe_notice.EVENTS, *stripe_notice.CONNECT_EVENTS}
    bad = {name for name in known if _WENT_WRONG.search(name)} - _NO_ERRORS
    assert bad - set(EVENTS) == set()


def test_a_sentence_for_buyers_is_of_a_code_that_a_provider_says() -> None:
    of_cards = {"expired_card"}  # of a debit or card that fails after the page was left
    pending = {"ECHECK", "PENDING_REVIEW"}
    assert set(reasons._BY_CODE) - set(PAYPAL) - set(STRIPE) == of_cards | pending
