"""What we wrote down ourselves is told in the reader's language; what people typed stays theirs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import override

from apps.orders.reasons import in_words

WRITTEN = re.compile(r'(?:\breason=|Giving\([^()]*, |_CODE_USED = |\bREASON = )"([^"{]+)"')


@pytest.mark.parametrize("folder", ["orders", "api"])
def test_every_reason_of_ours_has_words_in_german(folder: str) -> None:
    sources = Path(settings.BASE_DIR, "apps", folder).rglob("*.py")
    ours = {reason for path in sources for reason in WRITTEN.findall(path.read_text())}
    assert ours
    with override("de"):
        assert [reason for reason in sorted(ours) if in_words(reason) == reason] == []


def test_a_reason_is_told_in_words() -> None:
    with override("de"):
        told = [in_words(text) for text in ("given back by the buyer", "case 7", "krank", "")]
    assert told == ["von der Käuferseite zurückgegeben", "Fall 7", "krank", ""]
    assert in_words("sent back by an operator") == "sent again"
