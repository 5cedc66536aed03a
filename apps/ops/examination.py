"""What `manage.py doctor` looks at: each finding says what is wrong and what to do about it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx
from anymail.exceptions import AnymailError
from django.conf import settings
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from apps.invoices.models import LegalEntity
from apps.ops.begun_before import WHAT_TO_DO, begun_before
from apps.ops.health import STREAMS, stale, trouble
from apps.outbox.models import Delivery
from apps.payments.gateways import errors
from apps.payments.gateways.paypal import client as paypal_client
from apps.payments.gateways.paypal import notice as paypal_notice
from apps.payments.gateways.stripe import client as stripe_client
from apps.payments.gateways.stripe import notice as stripe_notice
from apps.tickets import keys

CLOCK_LIMIT = timedelta(seconds=30)  # Stripe's signatures allow 300


@dataclass(frozen=True, slots=True)
class Finding:
    ok: bool
    what: str
    advice: str = ""


def good(what: str) -> Finding:
    return Finding(ok=True, what=what)


def bad(what: str, advice: str) -> Finding:
    return Finding(ok=False, what=what, advice=advice)


def examine_database() -> Finding:
    """What comes before everything else."""
    try:
        begun = begun_before(connection)
    except DatabaseError as error:
        return bad(f"the database cannot be reached: {_first_line(error)}", "check DATABASE_URL")
    if begun:
        return bad(f"older migrations ended halfway: {', '.join(begun)}", WHAT_TO_DO)
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return bad(f"{len(waiting)} migrations are waiting", "run `manage.py migrate`")
    return good("database answers, migrations are done")


def examine(*, at: datetime) -> Iterator[Finding]:
    for look in LOOKS:
        yield from look(at)


def _processes(at: datetime) -> Iterator[Finding]:
    found = trouble(at=at)
    advice = {
        "redis": "check REDIS_URL",
        "relay": "start the `relay` process of the Procfile",
        "worker": "start the `worker` and `beat` processes of the Procfile; seen within half a minute",
    }
    for name, problem in found.items():
        yield bad(f"{name}: {problem}", advice.get(name, "check DATABASE_URL"))
    if not found:
        yield good("Redis, relay, beat and worker are alive")
    if "redis" not in found:
        yield from _streams(at)
    parked = Delivery.objects.parked().count()
    if parked:
        yield bad(f"{parked} deliveries are parked", "look at them in /platform/ and retry")


def _streams(at: datetime) -> Iterator[Finding]:
    for name, problem in stale(STREAMS, at=at).items():
        advice = "start the `live` process of the Procfile; door boards ask every 10 s meanwhile"
        yield bad(f"{name}: {problem}", advice)


def _clock(at: datetime) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (there,) = cursor.fetchone()
    yield _compare("the database's clock", there, at)
    if settings.STRIPE_SECRET_KEY:
        try:
            date = httpx.head(settings.STRIPE_API_BASE, timeout=5).headers.get("Date")
        except httpx.HTTPError:
            return
        if date:
            yield _compare("Stripe's clock", parsedate_to_datetime(date), at)


def _compare(what: str, there: datetime, here: datetime) -> Finding:
    off = abs(there - here)
    if off > CLOCK_LIMIT:
        return bad(
            f"{what} is {off.total_seconds():.0f} s away from ours", "synchronise the clock (NTP)"
        )
    return good(f"{what} agrees with ours")


def _providers(_at: datetime) -> Iterator[Finding]:
    if not (settings.STRIPE_SECRET_KEY or settings.PAYPAL_CLIENT_ID):
        advice = "set STRIPE_SECRET_KEY or PAYPAL_CLIENT_ID; until then only free tickets go out"
        yield bad("neither Stripe nor PayPal is set up", advice)
        return
    yield from _stripe() if settings.STRIPE_SECRET_KEY else [good("Stripe is left out")]
    yield from _paypal() if settings.PAYPAL_CLIENT_ID else [good("PayPal is left out")]


def _stripe() -> Iterator[Finding]:
    try:
        client = stripe_client.client()
        stripe_client.read(client.v1.balance.retrieve)
        hooks = stripe_client.read(
            lambda: list(client.v1.webhook_endpoints.list({"limit": 100}).auto_paging_iter())
        )
    except errors.GatewayError as error:
        advice = "check STRIPE_SECRET_KEY and its permissions"
        yield _no("Stripe", settings.STRIPE_API_BASE, error, advice)
        return
    yield good("Stripe accepts our key")
    known = {hook.url: set(hook.enabled_events) for hook in hooks}
    platform, connect = (
        reverse("payments:stripe_webhook"),
        reverse("payments:stripe_connect_webhook"),
    )
    yield from _registered("Stripe", platform, known, set(stripe_notice.EVENTS))
    yield from _registered("Stripe Connect", connect, known, set(stripe_notice.CONNECT_EVENTS))
    yield from _secrets("STRIPE_WEBHOOK_SECRET", "STRIPE_CONNECT_WEBHOOK_SECRET")


def _paypal() -> Iterator[Finding]:
    try:
        hook = paypal_client.read(f"/v1/notifications/webhooks/{settings.PAYPAL_WEBHOOK_ID}")
    except errors.GatewayError as error:
        advice = "check PAYPAL_CLIENT_ID, PAYPAL_CLIENT_SECRET and PAYPAL_WEBHOOK_ID"
        yield _no("PayPal", settings.PAYPAL_API_BASE, error, advice)
        return
    yield good("PayPal accepts our credentials and knows our webhook")
    yield from _registered(
        "PayPal",
        reverse("payments:paypal_webhook"),
        {hook["url"]: {event["name"] for event in hook["event_types"]}},
        set(paypal_notice.EVENTS),
    )


def _no(provider: str, base: str, error: errors.GatewayError, advice: str) -> Finding:
    if isinstance(error, errors.Unavailable):
        return bad(f"{provider} cannot be reached: {error.code}", f"let this machine call {base}")
    return bad(f"{provider} refuses us: {error.code}", advice)


def _registered(
    provider: str, path: str, hooks: dict[str, set[str]], needed: set[str]
) -> Iterator[Finding]:
    url = settings.PUBLIC_URL + path
    if url not in hooks:
        events = ", ".join(sorted(needed))
        yield bad(f"{provider} does not send webhooks to {url}", f"register it there for {events}")
        return
    missing = needed - hooks[url] if "*" not in hooks[url] else set()
    if missing:
        events = ", ".join(sorted(missing))
        yield bad(f"{provider} does not send all we need to {url}", f"add the events {events}")
    else:
        yield good(f"{provider} sends its webhooks to {url}")


def _secrets(*names: str) -> Iterator[Finding]:
    for name in names:
        if not getattr(settings, name):
            yield bad(f"{name} is empty", "copy it from the provider's webhook page")


def _mail(_at: datetime) -> Iterator[Finding]:
    try:
        with mail.get_connection():
            yield good(f"mail is handed to {settings.EMAIL_BACKEND}; `--mail you@…` sends one")
    except (OSError, ValueError, ImproperlyConfigured) as error:
        advice = "check EMAIL_BACKEND and its settings"
        yield bad(f"mail cannot go out: {_first_line(error)}", advice)


def send_test_mail(address: str) -> Finding:
    text = f"This mail was sent by `manage.py doctor` of {settings.PUBLIC_URL}."
    try:
        mail.send_mail(f"{settings.PLATFORM_NAME}: mail works", text, None, [address])
    except (OSError, ValueError, AnymailError, ImproperlyConfigured) as error:
        advice = "check EMAIL_BACKEND and its settings"
        return bad(f"mail cannot go out: {_first_line(error)}", advice)
    return good(f"a test mail is on its way to {address}")


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0]


def _storage(_at: datetime) -> Iterator[Finding]:
    name = f"doctor/{uuid.uuid4().hex}"
    try:
        saved = default_storage.save(name, ContentFile(b"hello"))
        default_storage.delete(saved)
    except OSError as error:
        yield bad(f"files cannot be stored: {error}", "check MEDIA_ROOT or the storage settings")
    else:
        yield good("files can be stored")


def _issuer(_at: datetime) -> Iterator[Finding]:
    """Without the platform's legal data no fee is invoiced; organizers see to their own."""
    if LegalEntity.objects.filter(organizer=None, complete_at__isnull=False).exists():
        yield good("the platform's legal data is complete: fees are invoiced")
    else:
        advice = "fill it in at /platform/invoices/invoice/legal-data/; fee invoices wait for it"
        yield bad("the platform's legal data is missing or incomplete", advice)


def _keys(_at: datetime) -> Iterator[Finding]:
    why_not = keys.why_no_offline_door()
    if why_not:
        yield bad(f"no offline door: {why_not}", "run `manage.py new_signing_key`")
    else:
        yield good(f"{len(keys.jwks()['keys'])} ticket signing keys, the newest signs")


LOOKS: tuple[Callable[[datetime], Iterator[Finding]], ...] = (
    _processes,
    _clock,
    _providers,
    _mail,
    _storage,
    _keys,
    _issuer,
)
