"""A mail that has no subject yet is called what it is, never by its name in the table."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import translation
from django.utils.timezone import now

from apps.notifications.kind_words import KIND_WORDS, mail_words
from apps.notifications.messages import KINDS
from apps.notifications.models import Mail
from tests.factories.selling import make_user


def test_every_kind_has_its_words_in_both_languages() -> None:
    assert sorted(KIND_WORDS) == sorted(KINDS)
    for kind in KINDS:
        with translation.override("en"):
            english = mail_words(kind)
        with translation.override("de"):
            german = mail_words(kind)
        assert "_" not in english + german
        assert german != english


@pytest.mark.django_db
def test_a_list_of_mails_names_one_that_was_not_written_yet() -> None:
    mail = Mail.objects.create(
        kind="reminder",
        to="ada@example.org",
        language="en",
        dedupe_key="reminder:1",
        created_at=now(),
        queued_at=now(),
    )
    client = Client()
    client.force_login(make_user(is_staff=True))
    listed = client.get("/platform/notifications/mail/").content.decode()
    page = client.get(f"/platform/notifications/mail/{mail.pk}/overview/").content.decode()
    for shown in (listed, page):
        assert "Reminder before the event" in shown
    assert ">reminder<" not in listed
    assert ">reminder<" not in page
