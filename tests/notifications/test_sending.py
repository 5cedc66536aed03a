"""One mail, one sender: sent once, later when the provider is down, and never lost in silence."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail as outbox
from django.core.cache import cache
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from apps.accounts.models import Organizer
from apps.core.transitions import move
from apps.notifications.mail import BACKOFF_FIRST, SENDING_MAX
from apps.notifications.models import Mail, MailState
from apps.notifications.services.forget import forget
from apps.notifications.services.queue import NewMail, queue_mail
from apps.notifications.services.resend import send_again
from apps.outbox.models import Delivery, DeliveryState
from tests.factories.selling import make_organizer
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
troubles: list[Exception] = []


class Provider(BaseEmailBackend):
    """Raises the next trouble, if there is one; the mail is out all the same when it is a timeout."""

    def send_messages(self, messages: Any) -> int:
        trouble = troubles.pop() if troubles else None
        if trouble is None or isinstance(trouble, TimeoutError):
            outbox.outbox.extend(messages)
        if trouble is not None:
            raise trouble
        return len(messages)


@pytest.fixture(autouse=True)
def provider(settings: Any) -> Iterator[None]:
    settings.EMAIL_BACKEND = "tests.notifications.test_sending.Provider"
    troubles.clear()
    yield
    troubles.clear()


def queue(organizer: Organizer | None = None, *, at: datetime = NOON) -> Mail:
    about = organizer or make_organizer("Club Nord")
    new = NewMail("organizer_approved", "Ada@Example.org", "en", f"key:{about.pk}", about, about)
    with transaction.atomic():
        return queue_mail(new, at=at)


def pump(mail: Mail, *, at: datetime) -> Mail:
    deliver_all(at=at)
    mail.refresh_from_db()
    return mail


def deliveries() -> list[str]:
    return list(Delivery.objects.values_list("state", flat=True))


def test_it_is_sent_once_and_says_so() -> None:
    mail = pump(queue(), at=NOON)

    assert (mail.state, mail.attempts, mail.sent_at, mail.error) == (MailState.SENT, 1, NOON, "")
    [sent] = outbox.outbox
    assert (sent.subject, sent.to) == ("Club Nord may sell tickets now", ["ada@example.org"])
    assert sent.extra_headers["Auto-Submitted"] == "auto-generated"
    assert sent.body == mail.text
    assert pump(mail, at=NOON + timedelta(days=1)).state == MailState.SENT
    assert len(outbox.outbox) == 1


def test_the_same_fact_queues_one_mail() -> None:
    organizer = make_organizer("Club Nord")
    assert queue(organizer) == queue(organizer)
    pump(Mail.objects.get(), at=NOON)
    assert len(outbox.outbox) == 1


def test_what_is_rolled_back_is_not_mailed() -> None:
    organizer = make_organizer()

    def change_our_mind() -> None:
        with transaction.atomic():
            queue(organizer)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_our_mind()
    deliver_all(at=NOON)
    assert (Mail.objects.count(), outbox.outbox) == (0, [])


def test_a_dead_provider_delays_mail() -> None:
    troubles.append(ConnectionRefusedError("nobody there"))
    mail = pump(queue(), at=NOON)
    assert (mail.state, mail.attempts, mail.doubts) == (MailState.QUEUED, 1, 0)
    assert mail.error == "nobody there"
    assert deliveries() == [DeliveryState.PENDING]

    cache.clear()  # the pause is over
    assert pump(mail, at=NOON + BACKOFF_FIRST).state == MailState.SENT
    assert len(outbox.outbox) == 1


def test_while_it_is_down_others_do_not_even_try() -> None:
    troubles.append(ConnectionRefusedError("nobody there"))
    first, second = queue(), queue()
    deliver_all(at=NOON)

    tried = sorted(Mail.objects.values_list("attempts", flat=True))
    assert tried == [0, 1]
    cache.clear()
    later = NOON + timedelta(minutes=1)
    assert pump(first, at=later).state == pump(second, at=later).state == MailState.SENT


def test_an_address_that_does_not_exist_fails_at_once() -> None:
    gone = {"ada@example.org": (550, b"no such user")}
    troubles.append(smtplib.SMTPRecipientsRefused(gone))
    mail = pump(queue(), at=NOON)

    assert (mail.state, mail.attempts) == (MailState.FAILED, 1)
    assert "no such user" in mail.error
    assert pump(mail, at=NOON + timedelta(days=1)).attempts == 1
    assert deliveries() == [DeliveryState.DONE]


def test_a_timeout_may_cost_one_duplicate_and_no_more() -> None:
    troubles.extend([TimeoutError("second"), TimeoutError("first")])
    mail = pump(queue(), at=NOON)
    assert (mail.state, mail.doubts) == (MailState.QUEUED, 1)

    cache.clear()
    mail = pump(mail, at=NOON + timedelta(minutes=1))
    assert (mail.state, mail.doubts, mail.error) == (MailState.FAILED, 2, "second")
    assert pump(mail, at=NOON + timedelta(days=1)).state == MailState.FAILED
    assert len(outbox.outbox) == 2
    assert len({sent.extra_headers["Message-ID"] for sent in outbox.outbox}) == 1


def test_a_worker_that_died_while_sending_is_followed_once() -> None:
    mail = queue()
    with transaction.atomic():
        move(mail, MailState.SENDING, actor="system", at=NOON, sending_since=NOON, attempts=1)

    assert pump(mail, at=NOON + timedelta(seconds=30)).state == MailState.SENDING
    assert outbox.outbox == []  # it may be alive
    mail = pump(mail, at=NOON + timedelta(seconds=30) + SENDING_MAX)
    assert (mail.state, mail.doubts, len(outbox.outbox)) == (MailState.SENT, 1, 1)


def test_a_worker_that_dies_twice_leaves_it_to_a_human() -> None:
    mail = queue()
    with transaction.atomic():
        move(mail, MailState.SENDING, actor="system", at=NOON, sending_since=NOON, doubts=1)
    mail = pump(mail, at=NOON + SENDING_MAX)
    assert (mail.state, mail.error) == (MailState.FAILED, "interrupted while sending")
    assert outbox.outbox == []


def test_what_comes_too_late_to_be_useful_fails_in_sight() -> None:
    mail = pump(queue(), at=NOON + timedelta(days=4))
    assert (mail.state, mail.error, outbox.outbox) == (MailState.FAILED, "too late", [])


def test_a_failed_mail_can_be_sent_again() -> None:
    troubles.append(smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"full")}))
    mail = pump(queue(), at=NOON)
    before = mail.idempotency_key
    later = NOON + timedelta(days=5)
    send_again(mail, actor="user:1", at=later)
    mail = pump(mail, at=later)

    assert (mail.state, mail.attempts, mail.error) == (MailState.SENT, 1, "")
    assert mail.idempotency_key != before
    assert len(outbox.outbox) == 1


def test_words_are_forgotten_but_not_that_it_was_sent() -> None:
    mail = pump(queue(), at=NOON)
    assert forget(at=NOON + timedelta(days=29)) == 0
    assert forget(at=NOON + timedelta(days=31)) == 1
    mail.refresh_from_db()
    assert (mail.text, mail.html, mail.context) == ("", "", {})
    assert (mail.state, mail.subject) == (MailState.SENT, "Club Nord may sell tickets now")
