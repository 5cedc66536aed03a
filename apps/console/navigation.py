"""What stands in the sidebar. A link is shown to who may open it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.apps import apps
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.roles import Capability

if TYPE_CHECKING:
    from apps.console.sites import ConsoleSite

Groups = Sequence[tuple[str | Promise, Sequence[str]]]

ANY = tuple(Capability)

ORGANIZER: Groups = (
    (
        _("Sell"),
        (
            "events.event",
            "orders.order",
            "tickets.ticket",
            "vouchers.code",
            "vouchers.giftvoucher",
            "seating.venue",
        ),
    ),
    (
        _("Money"),
        (
            "payouts.payout/money",
            "payouts.payout",
            "payments.dispute",
            "accounts.payoutmethod",
            "accounts.feeterms",
            "invoices.invoice",
            "exports.export",
            "exports.exportschedule",
            "box_office.till",
        ),
    ),
    (
        _("Organizer"),
        (
            "accounts.organizer",
            "accounts.membership",
            "accounts.invitation",
            "accounts.clubmember",
            "notifications.mail",
            "accounts.apikey",
        ),
    ),
)

PLATFORM: Groups = (
    (_("Organizers"), ("accounts.organizer", "accounts.user", "events.event", "seating.venue")),
    (
        _("Sales"),
        (
            "orders.order",
            "tickets.ticket",
            "vouchers.code",
            "vouchers.giftvoucher",
            "notifications.mail",
        ),
    ),
    (
        _("Money"),
        (
            "reconciliation.case/money",
            "reconciliation.case",
            "payouts.payout",
            "accounts.payoutmethod",
            "payments.payment",
            "payments.refund",
            "payments.dispute",
            "payments.fraudwarning",
            "ledger.ledgeraccount",
            "ledger.posting",
            "reconciliation.banktransfer",
            "reconciliation.balanceline",
            "accounts.feeterms",
            "invoices.invoice",
            "exports.export",
            "exports.exportschedule",
            "box_office.till",
            "trail.moneyact",
        ),
    ),
    (_("Machinery"), ("payments.providernotice", "outbox.delivery", "audit.auditrun")),
)


# A page of a list that is looked for by itself.
_PAGES = {"money": _("At a glance")}


@dataclass(frozen=True, slots=True)
class Link:
    title: str
    url: str
    here: bool


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    links: list[Link]


def build(site: ConsoleSite, groups: Groups, request: HttpRequest) -> list[Group]:
    built = [
        Group(str(title), [link for label in labels if (link := _link(site, label, request))])
        for title, labels in groups
    ]
    here = [link.url for group in built for link in group.links if link.here]
    nearest = max(here, key=len, default="")
    return [
        Group(group.title, [replace(link, here=link.url == nearest) for link in group.links])
        for group in built
        if group.links
    ]


def _link(site: ConsoleSite, named: str, request: HttpRequest) -> Link | None:
    label, _slash, page = named.partition("/")
    model = apps.get_model(label)
    if not site.is_registered(model):
        return None
    model_admin = site.get_model_admin(model)
    if not model_admin.has_view_permission(request):
        return None
    url = reverse(f"{site.name}:{label.replace('.', '_')}_{page or 'changelist'}")
    title = str(_PAGES[page] if page else model._meta.verbose_name_plural)
    return Link(title[:1].upper() + title[1:], url, here=request.path.startswith(url))
