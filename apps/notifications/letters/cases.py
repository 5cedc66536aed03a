"""What operators are told once a day."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.notifications.letter import Button, Facts, Letter, NotNeeded, Words
from apps.notifications.links import cases_url
from apps.notifications.models import Mail
from apps.reconciliation.models import Case
from apps.reconciliation.words import provider_name, story

NAMED_MAX = 5


def waiting(mail: Mail) -> Letter:  # noqa: ARG001  (it is about all that are open by now)
    cases = Case.objects.open().order_by("found_at", "pk")
    count = cases.count()
    if not count:
        raise NotNeeded("no case is open")
    told = [
        Facts((f"{case.get_kind_display()}, {provider_name(case.provider)}", story(case)))
        for case in cases[:NAMED_MAX]
    ]
    more = [Words(_("And %d more.") % (count - NAMED_MAX))] if count > NAMED_MAX else []
    title = ngettext("%d case is open", "%d cases are open", count) % count
    return Letter(
        subject=title,
        heading=f"{title}.",
        parts=(
            Words(_("Here a provider, the books and the orders do not agree, the oldest first:")),
            *told,
            *more,
            Button(_("Have a look"), cases_url()),
        ),
    )
