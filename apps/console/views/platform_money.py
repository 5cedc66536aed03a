"""All that operators look after in matters of money, on one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from apps.console.desk import Desk
from apps.console.selectors import platform
from apps.console.views.dashboard import as_links
from apps.reconciliation.health import health
from apps.reconciliation.words import provider_name


def money(request: HttpRequest, desk: Desk) -> HttpResponse:
    site = desk.admin_site.name
    return desk.render(
        request,
        "console/platform_money.html",
        None,
        title=_("Money"),
        tasks=as_links(platform.money_tasks(at=now()), site),
        moving=as_links(platform.in_flight(), site),
        providers=[(provider_name(one.provider), one) for one in health()],
        books=platform.books(),
    )
