from __future__ import annotations

import json
from dataclasses import asdict, fields
from itertools import product

from apps.checkin.models import Verdict
from apps.checkin.rules import ADMIT, REASONS, RULES, Facts, as_data, judge
from apps.tickets.states import TicketState

# Every word a fact can be.
WORDS = {
    "code": ["good", "forged", "expired"],
    "event": ["this", "another", "over"],
    "ticket": [*TicketState.values, "unknown", "unsynced", "too_new"],
    "leaving": ["no", "inside", "outside"],
    "version": ["current", "old"],
    "gate": ["right", "other", "exit", "closed"],
    "slot": ["now", "early", "late"],
    "entry": ["none", "inside", "used", "day_full"],
}
ALL_FACTS = [Facts(*words) for words in product(*WORDS.values())]


def test_the_words_of_the_table_are_words_of_the_facts() -> None:
    assert list(WORDS) == [field.name for field in fields(Facts)]
    assert {(rule.fact, rule.value) for rule in RULES} <= {
        (fact, word) for fact, words in WORDS.items() for word in words
    }
    assert all(getattr(Facts(), fact) in words for fact, words in WORDS.items())


def test_only_what_is_good_in_every_respect_is_admitted() -> None:
    assert [facts for facts in ALL_FACTS if judge(facts) is ADMIT] == [Facts()]


def test_every_row_decides_something_and_has_a_sentence() -> None:
    assert {judge(facts) for facts in ALL_FACTS} == {ADMIT, *RULES}
    assert {rule.reason for rule in RULES} - {""} == set(REASONS)
    assert {rule.verdict for rule in RULES} == set(Verdict)


def test_the_rows_as_json_are_all_a_phone_needs() -> None:
    rows = json.loads(json.dumps(as_data()))

    def as_a_phone_would(facts: Facts) -> tuple[str, str]:
        known = asdict(facts)
        for row in rows:
            if known[row["fact"]] == row["value"]:
                return row["verdict"], row["reason"]
        return "admitted", ""

    for facts in ALL_FACTS:
        rule = judge(facts)
        assert as_a_phone_would(facts) == (rule.verdict.value, rule.reason)
