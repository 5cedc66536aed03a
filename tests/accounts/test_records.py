"""Legal texts keep every version; member lists are pasted as people have them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from apps.accounts.models import ClubMember, LegalTexts
from apps.accounts.services.club_list import (
    BadLines,
    Line,
    add_to_club,
    read_club_list,
    replace_club,
)
from apps.accounts.services.legal_texts import Texts, save_legal_texts
from tests.factories.selling import make_organizer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
class TestLegalTexts:
    def test_a_changed_word_makes_a_new_version_and_the_old_one_stays(self) -> None:
        organizer = make_organizer(imprint="Us", terms="Be kind.")
        texts = Texts("Us", "Be kinder.", "None.")
        assert save_legal_texts(organizer, texts, actor="user:1", at=NOON) == 2
        assert (organizer.terms, organizer.terms_version) == ("Be kinder.", 2)
        kept = LegalTexts.objects.order_by("version").values_list("version", "terms", "actor")
        assert list(kept) == [(1, "Be kind.", "system"), (2, "Be kinder.", "user:1")]

    def test_saving_the_same_changes_nothing(self) -> None:
        organizer = make_organizer(imprint="Us", terms="Be kind.", withdrawal_notice="")
        same = Texts("Us", "Be kind.", "")
        assert save_legal_texts(organizer, same, actor="user:1", at=NOON) == 1
        assert save_legal_texts(organizer, same, actor="user:1", at=NOON) == 1
        assert LegalTexts.objects.count() == 1


@pytest.mark.parametrize(
    "text",
    [
        "ada@example.org,A-1,2027-12-31\nbob@example.org",
        "E-Mail;Number;Until\nAda@Example.org;A-1;31.12.2027\r\n\r\nbob@example.org;;\r\n",
        "\ufeffemail\tnumber\tuntil\nada@example.org\tA-1\t2027-12-31\nbob@example.org\t\t",
        "ada@example.org,old,\nada@example.org,A-1,2027-12-31\nbob@example.org,,",
    ],
)
def test_lists_are_read_as_spreadsheets_write_them(text: str) -> None:
    assert read_club_list(text) == [
        Line("ada@example.org", "A-1", date(2027, 12, 31)),
        Line("bob@example.org"),
    ]


def test_every_bad_line_is_named() -> None:
    with pytest.raises(BadLines) as wrong:
        read_club_list("ada@example.org\nnonsense\nbob@example.org,1,soon")
    assert wrong.value.problems == [
        "Line 2: “nonsense” is no e-mail address.",
        "Line 3: “soon” is no date like 2027-12-31.",
    ]


@pytest.mark.django_db
def test_adding_updates_and_replacing_removes() -> None:
    organizer, other = make_organizer(), make_organizer()
    add_to_club(other, [Line("ada@example.org")])
    add_to_club(organizer, [Line("ada@example.org", "1"), Line("bob@example.org")])
    assert add_to_club(organizer, [Line("ada@example.org", "2")]) == 1
    numbers = ClubMember.objects.filter(organizer=organizer).order_by("email")
    assert list(numbers.values_list("email", "number")) == [
        ("ada@example.org", "2"),
        ("bob@example.org", ""),
    ]
    assert replace_club(organizer, [Line("bob@example.org"), Line("eve@example.org")]) == 1
    emails = set(organizer.club_members.values_list("email", flat=True))
    assert emails == {"bob@example.org", "eve@example.org"}
    assert other.club_members.count() == 1
