"""Every console URL for every role. A new URL fails here until it is listed with who may it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from apps.console.sites import ConsoleSite, organizer_site, platform_site
from tests.console.both_worlds import Everything, Knockers, everybody, make_everything

pytestmark = pytest.mark.django_db

DOOR = {"staff", "admin", "owner"}
TEAM = {"admin", "owner"}
MONEY = {"owner"}
OPERATOR = {"operator"}

# By model: who may its pages; "*" is every page that is not named.
CONSOLE: dict[str, dict[str, set[str]]] = {
    "events.event": {
        "overview overview/live": DOOR,
        "changelist add change history": TEAM,
        "publication calling-off sale guests guests/list refunds refunds/live refunds/again": TEAM,
    },
    "orders.order": {"csv changelist change overview refund resending mail address": TEAM},
    "tickets.ticket": {"csv changelist change overview blocking": TEAM},
    "vouchers.code": {"csv changelist change overview new batch ending": TEAM},
    "vouchers.giftvoucher": {
        "csv changelist change overview new blocking replacement taking_back pdf": MONEY
    },
    "seating.venue": {"changelist add change delete history": TEAM},
    "accounts.organizer": {"changelist change history": TEAM},
    "accounts.membership": {"changelist change role removal": TEAM},
    "accounts.invitation": {"changelist change new withdrawal": TEAM},
    "accounts.clubmember": {"changelist add change delete history upload": TEAM},
    "accounts.apikey": {"changelist change new revocation": TEAM},
    "accounts.feeterms": {"changelist change overview now": TEAM},
    "payments.dispute": {"changelist change overview evidence acceptance places pdf json": TEAM},
    "accounts.payoutmethod": {
        "changelist change overview look onward paypal paypal-code stripe stripe-back": MONEY
    },
    "payouts.payout": {"changelist change overview pdf csv coming money": MONEY},
    "notifications.mail": {"changelist change overview retry": TEAM},
    "box_office.till": {"csv changelist change overview closing": TEAM},
    "invoices.invoice": {"csv changelist change overview pdf xml series legal-data": TEAM},
    "exports.export": {
        "changelist change overview overview/live file new": TEAM,
        "bookkeeping": MONEY,
    },
    "exports.exportschedule": {"changelist change overview stopping new": TEAM},
}
PLATFORM: dict[str, dict[str, set[str]]] = {
    model: {pages: OPERATOR}
    for model, pages in {
        "accounts.organizer": "changelist change overview approval rejection suspension agreement netting",
        "accounts.user": "changelist change history",
        "accounts.feeterms": "changelist change overview withdrawal new",
        "events.event": "changelist add change history overview overview/live publication "
        "calling-off sale guests guests/list refunds refunds/live refunds/again",
        "seating.venue": "changelist add change delete history",
        "orders.order": "csv changelist change overview refund resending mail address",
        "tickets.ticket": "csv changelist change overview blocking",
        "vouchers.code": "csv changelist change overview new batch ending",
        "vouchers.giftvoucher": "csv changelist change overview new blocking replacement taking_back pdf",
        "notifications.mail": "changelist change overview retry",
        "accounts.payoutmethod": "changelist change overview waiver confirmation",
        "payouts.payout": "changelist change overview pdf csv run approval cancellation reversal "
        "finding absence",
        "payments.payment": "changelist change overview application sending-back looking-over",
        "payments.refund": "changelist change overview",
        "payments.dispute": "changelist change overview evidence acceptance places pdf json",
        "payments.fraudwarning": "changelist change overview",
        "payments.providernotice": "changelist change overview replay",
        "outbox.delivery": "changelist change overview retry retries",
        "ledger.ledgeraccount": "changelist change overview trial-balance trial-balance/csv",
        "ledger.posting": "changelist change overview",
        "reconciliation.case": "changelist change overview mending ignoring reopening health money",
        "reconciliation.banktransfer": "changelist change overview new",
        "reconciliation.balanceline": "changelist change overview",
        "box_office.till": "csv changelist change overview closing",
        "trail.moneyact": "csv seals changelist change overview",
        "invoices.invoice": "csv changelist change overview pdf xml series legal-data",
        "exports.export": "changelist change overview overview/live file new bookkeeping",
        "exports.exportschedule": "changelist change overview stopping new",
        "audit.auditrun": "changelist change overview",
    }.items()
}
# Of the site itself; their rules are told below.
OF_THE_SITE = {"index", "login", "logout", "autocomplete", "jsi18n", "app_list", "catch all"}

MINE, ALL = (
    {"console": organizer_site, "platform": platform_site},
    {
        "console": CONSOLE,
        "platform": PLATFORM,
    },
)


def pages_of(site: ConsoleSite) -> Iterator[tuple[str, str, str]]:
    """Model label, page, path with <pk>; the site's own pages have no label."""
    assert site._registry, "without its desks a site has no pages that could be wrong"
    for pattern in site.get_urls():
        if isinstance(pattern, URLPattern):
            name = pattern.name or "catch all"
            yield "", name, str(pattern.pattern)
            continue
        assert isinstance(pattern, URLResolver)
        prefix = str(pattern.pattern)
        for inner in pattern.url_patterns:
            assert isinstance(inner, URLPattern)
            app, model, _end = prefix.split("/")
            path = str(inner.pattern)
            tail = path.replace("<int:pk>/", "").replace("<path:object_id>/", "").strip("/")
            yield f"{app}.{model}", tail or "changelist", prefix + path


@pytest.mark.parametrize("name", ["console", "platform"])
def test_every_url_is_listed(name: str) -> None:
    listed = {
        (model, page)
        for model, rules in ALL[name].items()
        for pages in rules
        for page in pages.split()
    } | {("", page) for page in OF_THE_SITE}
    there = {(model, page) for model, page, _path in pages_of(MINE[name])}
    assert there == listed


@pytest.fixture
def ours() -> Everything:
    return make_everything("OURS")


@pytest.fixture
def knockers(ours: Everything) -> Knockers:
    return everybody(ours.organizer, make_everything("THEIRS").organizer)


@pytest.mark.long
@pytest.mark.parametrize("name", ["console", "platform"])
def test_who_may_open_what(name: str, ours: Everything, knockers: Knockers) -> None:
    wrong = []
    for model, page, pattern in pages_of(MINE[name]):
        if not model:
            continue
        pk = ours.rows[model].pk
        path = pattern.replace("<int:pk>", str(pk)).replace("<path:object_id>", str(pk))
        may = next(who for pages, who in ALL[name][model].items() if page in pages.split())
        if path == pattern and name == "console":
            may = may | {"other owner"}  # a list: of their own rows
        for who, client in knockers.clients.items():
            seen = knock(client, f"/{name}/{path}", allowed=who in may)
            if seen:
                wrong.append(f"{who} {seen}: /{name}/{path}")
    assert wrong == []


def knock(client: Client, url: str, *, allowed: bool) -> str:
    """What is wrong with the answer; nothing when it is as it should be."""
    answer = client.get(url)
    location = answer.headers.get("Location", "")
    if allowed:
        fine = answer.status_code in {200, 405} or (
            answer.status_code == 302 and "/accounts/login" not in location
        )
        return "" if fine else f"GET {answer.status_code} {location}"
    for method, refused in (("GET", answer), ("POST", client.post(url))):
        to_login = refused.status_code == 302 and "login" in refused.headers["Location"]
        if not (to_login or refused.status_code in {403, 404}):
            return f"{method} {refused.status_code}"
    return ""


def test_the_first_page_is_for_those_who_have_a_desk(knockers: Knockers) -> None:
    def opens(url: str) -> set[str]:
        return {who for who, c in knockers.clients.items() if c.get(url).status_code == 200}

    assert opens("/console/") == {"staff", "admin", "owner", "other owner"}
    assert opens("/platform/") == {"operator"}
    assert opens("/console/jsi18n/") == {"staff", "admin", "owner", "other owner"}


def test_strangers_are_sent_to_sign_in_and_back(knockers: Knockers) -> None:
    sent = knockers["nobody"].get("/console/orders/order/", follow=False)
    assert sent.headers["Location"] == "/console/login/?next=/console/orders/order/"
    on = knockers["nobody"].get(sent.headers["Location"])
    assert on.headers["Location"] == "/accounts/login/?next=/console/orders/order/"
    lost = knockers["stranger"].get("/console/login/?next=/console/")
    assert lost.status_code == 403
    assert "Not your desk" in lost.content.decode()


def test_signing_out_takes_a_post(knockers: Knockers) -> None:
    assert knockers["owner"].get("/console/logout/").status_code == 405
    assert knockers["owner"].get("/console/").status_code == 200
    knockers["owner"].post("/console/logout/")
    assert knockers["owner"].get("/console/").status_code == 302
