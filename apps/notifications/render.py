from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from apps.core.brand import brand
from apps.notifications.attachments import Attachment
from apps.notifications.messages import KINDS
from apps.notifications.models import Mail


@dataclass(frozen=True, slots=True)
class Written:
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


def write(mail: Mail) -> Written:
    """
    In the mail's language, from what is true now.

    :raises NotNeeded: there is nothing to say any more.
    """
    kind = KINDS[mail.kind]
    with translation.override(mail.language):
        letter = kind.write(mail)
        context = {
            "letter": letter,
            "brand": brand(letter.colour),
            "language": mail.language,
            "site": settings.PLATFORM_NAME,
            "home": settings.PUBLIC_URL,
        }
        html = render_to_string("emails/letter.html", context)
        return Written(" ".join(letter.subject.splitlines()), letter.text, html, attached(mail))


def attached(mail: Mail) -> tuple[Attachment, ...]:
    attach = KINDS[mail.kind].attach
    with translation.override(mail.language):
        return tuple(attach(mail)) if attach else ()
