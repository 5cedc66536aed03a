"""Resend over real HTTP: keys against duplicates, its refusals, and what it tells us later."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils.timezone import now

from apps.notifications.models import Mail, MailState
from apps.notifications.services.queue import NewMail, queue_mail
from apps.notifications.services.resend import send_again
from tests.factories.selling import make_organizer
from tests.notifications.resend_server import Resend
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db
SECRET = "mail:shared secret"


@pytest.fixture
def resend(settings: Any) -> Iterator[Resend]:
    provider = Resend()
    settings.EMAIL_BACKEND = "apps.notifications.resend.EmailBackend"
    settings.MAIL_WEBHOOK_SECRET = SECRET
    settings.ANYMAIL = {
        "RESEND_API_URL": provider.start(),
        "RESEND_API_KEY": "re_test",
        "REQUESTS_TIMEOUT": (1, 2),
        "WEBHOOK_SECRET": [SECRET],
    }
    yield provider
    provider.stop()


def queue() -> Mail:
    organizer = make_organizer("Club Nord")
    new = NewMail("organizer_approved", "ada@example.org", "en", "welcome:1", organizer, organizer)
    with transaction.atomic():
        return queue_mail(new, at=now())


def tries(mail: Mail, times: int = 1) -> Mail:
    """Each a minute after the last, with the pause over."""
    for minute in range(times):
        cache.clear()
        deliver_all(at=now() + timedelta(minutes=minute))
    mail.refresh_from_db()
    return mail


def notify(mail: Mail, kind: str = "email.bounced", secret: str = SECRET) -> int:
    notice = {
        "type": kind,
        "created_at": "2026-11-21T10:00:00Z",
        "data": {
            "email_id": mail.provider_id,
            "to": [mail.to],
            "bounce": {"message": "The recipient's email provider sent a hard bounce message."},
        },
    }
    return post(json.dumps(notice), secret)


def post(body: str, secret: str = SECRET) -> int:
    basic = base64.b64encode(secret.encode()).decode()
    answer = Client(headers={"authorization": f"Basic {basic}"}).post(
        "/webhooks/mail/resend/", body, content_type="application/json"
    )
    return answer.status_code


class TestSending:
    def test_it_takes_the_mail_with_our_key(self, resend: Resend) -> None:
        mail = tries(queue())
        assert (mail.state, mail.provider_id) == (MailState.SENT, "id-1")
        [request] = resend.requests
        assert request["headers"]["Idempotency-Key"] == "parterre/welcome:1/0"
        assert request["headers"]["Authorization"] == "Bearer re_test"
        body = request["body"]
        assert (body["to"], body["subject"]) == (
            ["ada@example.org"],
            "Club Nord may sell tickets now",
        )
        assert body["headers"] == {"Auto-Submitted": "auto-generated"}
        assert {"html", "text"} <= set(body)

    @pytest.mark.parametrize("status", [429, 500, 503, 401])
    def test_trouble_is_waited_out(self, resend: Resend, status: int) -> None:
        resend.plan = [status]
        mail = tries(queue())
        assert mail.state == MailState.QUEUED
        assert tries(mail, 3).state == MailState.SENT
        assert len(resend.sent) == 1

    def test_however_often_it_hangs_up_one_mail_goes_out(self, resend: Resend) -> None:
        resend.plan = [0, 0, 0]
        mail = tries(queue(), 8)
        assert (mail.state, mail.doubts, mail.attempts) == (MailState.SENT, 3, 4)
        assert resend.sent == {"parterre/welcome:1/0": "id-1"}

    def test_a_key_it_knows_already_means_that_it_has_the_mail(self, resend: Resend) -> None:
        resend.plan = [409]
        assert tries(queue()).state == MailState.SENT
        assert len(resend.requests) == 1

    def test_what_it_refuses_is_not_tried_again(self, resend: Resend) -> None:
        resend.plan = [422]
        mail = tries(queue(), 3)
        assert (mail.state, mail.attempts) == (MailState.FAILED, 1)

    def test_nobody_there_is_waited_out_without_a_doubt(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "apps.notifications.resend.EmailBackend"
        settings.ANYMAIL = {"RESEND_API_URL": "http://127.0.0.1:9/", "RESEND_API_KEY": "x"}
        mail = tries(queue())
        assert (mail.state, mail.doubts) == (MailState.QUEUED, 0)


@pytest.mark.usefixtures("resend")
class TestBounces:
    def test_a_bounce_is_seen_and_the_mail_can_be_sent_again(self, resend: Resend) -> None:
        mail = tries(queue())
        assert notify(mail) == notify(mail) == 200  # told twice
        mail.refresh_from_db()
        assert mail.state == MailState.BOUNCED
        assert mail.error == "The recipient's email provider sent a hard bounce message."
        assert list(Mail.objects.in_trouble()) == [mail]

        send_again(mail, actor="user:1", at=now())
        assert tries(mail).state == MailState.SENT
        assert list(resend.sent) == ["parterre/welcome:1/0", "parterre/welcome:1/1"]

    @pytest.mark.parametrize("kind", ["email.delivered", "email.complained", "email.unheard_of"])
    def test_other_notices_change_nothing(self, kind: str) -> None:
        mail = tries(queue())
        assert notify(mail, kind) == 200
        mail.refresh_from_db()
        assert mail.state == MailState.SENT

    def test_strangers_are_refused(self) -> None:
        mail = tries(queue())
        assert notify(mail, secret="mail:guessed") == 400
        mail.refresh_from_db()
        assert mail.state == MailState.SENT

    @pytest.mark.parametrize("body", ["", "nonsense", "[]", "{}", '{"type": 1}'])
    def test_malformed_notices_are_refused(self, body: str) -> None:
        assert post(body) == 400

    def test_without_a_secret_there_is_no_such_page(self, settings: Any) -> None:
        mail = tries(queue())
        settings.MAIL_WEBHOOK_SECRET = ""
        assert notify(mail) == 404
