"""allauth's mails leave like all others. It stands here, above accounts, because it queues mail."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import get_language

from apps.accounts.adapter import AccountAdapter
from apps.notifications.links import absolute
from apps.notifications.services.queue import NewMail, queue_mail

TOLD = ("activate_url", "password_reset_url", "signup_url", "code")


class MailingAccountAdapter(AccountAdapter):
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user = context.get("user")
        kind = f"account_{template_prefix.rpartition('/')[2]}"
        new = NewMail(
            kind=kind,
            to=email,
            language=get_language() or "en",
            dedupe_key=f"{kind}:{uuid4()}",
            about=user,
            context={name: _at_home(context[name]) for name in TOLD if name in context},
        )
        with transaction.atomic():
            queue_mail(new, at=now())


def _at_home(value: str) -> str:
    """Links lead to our own address, whatever host the request named."""
    parts = urlsplit(value)
    if not parts.scheme:
        return value
    return absolute(parts.path + (f"?{parts.query}" if parts.query else ""))
