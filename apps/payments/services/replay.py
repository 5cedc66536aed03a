from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.outbox.handlers import subscriptions
from apps.outbox.models import Delivery
from apps.outbox.publish import publish
from apps.outbox.retry import retry
from apps.payments.models import ProviderNotice
from apps.payments.states import NoticeState


class NothingToDo(Exception):
    """Nobody works on notices of this kind: they are answered at the provider."""


@transaction.atomic
def replay(notice: ProviderNotice, *, at: datetime) -> None:
    """
    Work on a notice again: what it is about is fetched from the provider, so twice does no harm.

    :raises NothingToDo: nothing was changed.
    """
    locked = ProviderNotice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    topic = f"provider.notice.{locked.subject}"
    if locked.state == NoticeState.IGNORED or not subscriptions().get(topic):
        raise NothingToDo(topic)
    if retry(Delivery.objects.filter(message=locked.message_id), at=at):
        return
    locked.message = publish(topic, about=locked, at=at)
    locked.save(update_fields=["message"])
