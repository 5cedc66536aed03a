"""A kind of case is whole: looked for, told in words, with a fix to accept, and that fix can be done."""

from __future__ import annotations

import re

from apps.reconciliation import proposals, words
from apps.reconciliation.detectors import DETECTORS
from apps.reconciliation.fixes import FIXES
from apps.reconciliation.kinds import Fix, Kind

# A person has to look there: nothing of it can be done with one click.
NO_FIX = {(Kind.DISPUTE_UNANSWERED, "asked"), (Kind.DISPUTE_UNANSWERED, "refused")}
_TOLD = re.compile(r"'told',\s*'(\w+)'")


def test_each_is_looked_for_and_what_is_told_has_words_and_fixes() -> None:
    told = {
        (kind, name)
        for kind, detectors in DETECTORS.items()
        for detector in detectors
        for name in _TOLD.findall(detector.query)
    }
    assert set(DETECTORS) == set(Kind)
    assert told - set(words._STORIES) == set()
    assert told - set(proposals._FIXES) == set()
    assert {kind for kind, _ in words._STORIES} == set(Kind)
    assert {key for key, fixes in proposals._FIXES.items() if not fixes} == NO_FIX
    assert {kind for kind, _ in proposals._FIXES} == set(Kind)


def test_each_fix_says_what_it_does_and_does_it() -> None:
    assert set(FIXES) == set(words._DOES) == set(Fix)
    offered = {fix for fixes in proposals._FIXES.values() for fix in fixes}
    assert offered | set(proposals._ANYTHING_ELSE) == set(Fix)
