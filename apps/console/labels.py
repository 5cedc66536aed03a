"""
What the columns and fields of the desks are called. Django makes a name of an attribute's ("created at")
and knows it in English only; here is one word for each, for every model that has it.
"""

from __future__ import annotations

from itertools import chain

from django.apps import apps
from django.db.models import Field
from django.utils.translation import gettext_lazy as _

LABELS = {
    "actionable": _("to be dealt with"),
    "actor": _("who"),
    "at": _("when"),
    "attempt": _("attempt"),
    "attempts": _("attempts"),
    "channel": _("channel"),
    "checks": _("checks"),
    "code": _("account"),
    "created_at": _("made"),
    "currency": _("currency"),
    "date_joined": _("joined"),
    "device": _("phone"),
    "due_at": _("due"),
    "ended_at": _("ended"),
    "endpoint": _("endpoint"),
    "event": _("event"),
    "expires_at": _("valid until"),
    "handler": _("handler"),
    "issued_on": _("issued on"),
    "key": _("key"),
    "kind": _("kind"),
    "language": _("language"),
    "last_error": _("last error"),
    "latitude": _("latitude"),
    "longitude": _("longitude"),
    "needs_review": _("differs"),
    "opened_at": _("opened"),
    "organizer": _("organizer"),
    "outcome_unknown": _("outcome unknown"),
    "paid_at": _("paid"),
    "provider": _("provider"),
    "queue": _("queue"),
    "queued_at": _("queued"),
    "received_at": _("received"),
    "reference": _("reference"),
    "sent_at": _("sent"),
    "source": _("what it is about there"),
    "started_at": _("started"),
    "state": _("state"),
    "subject": _("subject"),
    "to": _("to"),
    "type": _("type"),
    "user": _("person"),
    "variant": _("variant"),
    "venue": _("venue"),
    "warned_at": _("warned"),
}

MODELS = {
    "ledger.ledgeraccount": (_("account"), _("accounts")),
    "ledger.posting": (_("posting"), _("postings")),
    "outbox.delivery": (_("delivery"), _("deliveries")),
}


def name_models() -> None:
    for label, (one, many) in MODELS.items():
        options = apps.get_model(label)._meta
        options.verbose_name, options.verbose_name_plural = one, many


def name_fields() -> None:
    """A model's own word for its field stands. Migrations do not see ours."""
    ours = (config for config in apps.get_app_configs() if config.name.startswith("apps."))
    for model in chain.from_iterable(config.get_models() for config in ours):
        for field in model._meta.get_fields():
            if not isinstance(field, Field) or field.name not in LABELS:
                continue
            if "verbose_name" not in field.deconstruct()[3]:
                field.verbose_name = LABELS[field.name]
