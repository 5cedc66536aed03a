"""One settings file, from the environment only. What is missing or malformed refuses to start."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sentry_sdk
from csp.constants import NONCE, NONE, SELF
from django.http.request import validate_host
from django.utils.translation import gettext_lazy as _

from config import database, env, formats, storage
from config.invoicing import *  # noqa: F403 - a chapter of this file
from config.logging import logging_config
from config.mail import *  # noqa: F403 - a chapter of this file
from config.paying_out import *  # noqa: F403 - another
from config.schedule import SCHEDULE
from config.sign_in import *  # noqa: F403 - another

BASE_DIR = Path(__file__).resolve().parent.parent

DEMO = env.DEMO
DEBUG = False

HTTPS = ("https", "http") if DEMO else ("https",)

SECRET_KEY = env.text(
    "SECRET_KEY",
    what="a random text of 50 characters or more",
    form=str if DEMO else formats.long_secret,
)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
PUBLIC_URL = env.text(
    "PUBLIC_URL", what="https://your.shop, nothing behind it", form=formats.origin(*HTTPS)
)
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS",
    ["*"] if DEMO else None,
    what="names without scheme and port: your.shop,www.your.shop",
    form=formats.host,
)
_public_host = urlsplit(PUBLIC_URL).hostname or ""
if _public_host and ALLOWED_HOSTS and not validate_host(_public_host, ALLOWED_HOSTS):
    env.problems.append("ALLOWED_HOSTS is malformed: the host of PUBLIC_URL is not in it")

DATABASES = {
    "default": env.read(
        "DATABASE_URL",
        database.from_url,
        None,
        what="postgresql://user:password@host/name (in a password %3A %2F %40 %25 stand for : / @ %)",
        empty=database.NONE,
    )
}
REDIS_URL = env.text(
    "REDIS_URL", what="redis://host:6379/0", form=formats.url("redis", "rediss", "unix")
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "apps.console.discovery.LateAdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    *("django_htmx", "template_partials", "csp", "axes"),
    *("allauth", "allauth.account", "allauth.headless"),
    "ninja",  # so that the page of the API brings its scripts along: the policy takes no others
    "apps.core",
    "apps.outbox",
    "apps.trail",
    "apps.ledger",
    "apps.accounts",
    "apps.seating",
    "apps.events",
    "apps.variants",
    "apps.inventory",
    "apps.payments",
    "apps.vouchers",
    "apps.tickets",
    "apps.orders",
    "apps.checkin",
    "apps.payouts",
    *("apps.reconciliation", "apps.exports", "apps.invoices"),
    "apps.notifications",
    "apps.box_office",
    *("apps.shop", "apps.console", "apps.api", "apps.audit", "apps.ops"),
    *(["apps.demo", "apps.sandbox"] if DEMO else []),
]

MIDDLEWARE = [
    "apps.core.client_address.ClientAddressMiddleware",
    "apps.core.origin.OriginMiddleware",
    "apps.ops.middleware.RequestMiddleware",
    *(["apps.demo.one_name.OneNameMiddleware"] if DEMO else []),
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "apps.core.style_hashes.StyleHashMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "apps.core.same_origin.SameOriginMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

_redis: dict[str, Any] = {
    "LOCATION": REDIS_URL,
    "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
}
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "apps.core.forgetful.ForgetfulCache", **_redis},
    # The same, but it says when Redis does not answer.
    "redis": {"BACKEND": "django.core.cache.backends.redis.RedisCache", **_redis},
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Language, time, money
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LANGUAGE_COOKIE_AGE = 31_536_000  # a year: a choice outlives the browser's window
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.dates"
USE_TZ = True
TIME_ZONE = "UTC"

# Security
# Our middleware is Django's, with a look at the request's origin before its token.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PUBLIC_URL.startswith("https:")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
# A browser sends the cookies of localhost to each port: two demos on one machine keep apart.
_port = urlsplit(PUBLIC_URL).port if DEMO else None
SESSION_COOKIE_NAME = f"sessionid{_port or ''}"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Providers. In demo mode the launcher points them at the sandbox.
STRIPE_API_BASE = env.text(
    "STRIPE_API_BASE",
    "https://api.stripe.com",
    what="a URL that begins with https://",
    form=formats.url(*HTTPS),
)
STRIPE_SECRET_KEY = env.text(
    "STRIPE_SECRET_KEY", "", what="sk_… or rk_…", form=formats.prefixed("sk_", "rk_")
)
STRIPE_PUBLISHABLE_KEY = env.text(
    "STRIPE_PUBLISHABLE_KEY", "", what="pk_…", form=formats.prefixed("pk_")
)
STRIPE_WEBHOOK_SECRET = env.words(
    "STRIPE_WEBHOOK_SECRET", [], what="whsec_…", form=formats.prefixed("whsec_")
)
STRIPE_CONNECT_WEBHOOK_SECRET = env.words(
    "STRIPE_CONNECT_WEBHOOK_SECRET", [], what="whsec_…", form=formats.prefixed("whsec_")
)
PAYPAL_API_BASE = env.text(
    "PAYPAL_API_BASE",
    "https://api-m.paypal.com",
    what="a URL that begins with https://",
    form=formats.url(*HTTPS),
)
PAYPAL_CLIENT_ID = env.text("PAYPAL_CLIENT_ID", "")
PAYPAL_CLIENT_SECRET = env.text(
    "PAYPAL_CLIENT_SECRET", None if PAYPAL_CLIENT_ID else "", what="it belongs to PAYPAL_CLIENT_ID"
)
PAYPAL_WEBHOOK_ID = env.text("PAYPAL_WEBHOOK_ID", "")
PAYPAL_CERT_HOSTS = env.words("PAYPAL_CERT_HOSTS", ["api.paypal.com", "api-m.paypal.com"])
PAYPAL_CERT_CA_FILE = env.text(
    "PAYPAL_CERT_CA_FILE",
    "",
    what="a file that is there",
    form=str if DEMO else formats.existing_file,  # the sandbox makes its own when it starts
)
# Where the sandbox process listens, and the only origin outside the public internet we may call.
SANDBOX_URL = env.text("SANDBOX_URL", "", form=formats.url("http")) if DEMO else ""
# With `make run TLS=1`: what a phone has to trust.
DEMO_TLS_AUTHORITY = env.text("PARTERRE_TLS_AUTHORITY", "") if DEMO else ""
OUTBOUND_ALLOWLIST = [SANDBOX_URL] if SANDBOX_URL else []
if DEMO and {STRIPE_API_BASE, PAYPAL_API_BASE} != {SANDBOX_URL}:
    env.problems.append(
        "PARTERRE_DEMO opens a shop to everybody, so it goes with the provider sandbox only:"
        " STRIPE_API_BASE and PAYPAL_API_BASE have to be SANDBOX_URL. Leave it out of a real shop"
    )

# Streams of the `live` process. In demo mode the web process passes them on, a few at a time.
LIVE_STREAMS_MAX = env.integer("LIVE_STREAMS_MAX", 500, least=1, most=100_000)
LIVE_URL = env.text("LIVE_URL", "", form=formats.url("http")) if DEMO else ""

# The sale
TICKET_PAYMENT_TIMEOUT = env.integer(
    "TICKET_PAYMENT_TIMEOUT", 15, least=1, most=24 * 60, what="minutes"
)
PLATFORM_FEE_PERCENT = env.percent("PLATFORM_FEE_PERCENT", Decimal(5), what="0 to 100, e.g. 5")
PLATFORM_NAME = env.text("PLATFORM_NAME", "Parterre")
PLATFORM_IMPRINT = env.text("PLATFORM_IMPRINT", "", what="Markdown: who runs this platform")
TICKET_HS256_SECRET = env.text("TICKET_HS256_SECRET", "")
TICKET_SIGNING_KEYS = env.text(
    "TICKET_SIGNING_KEYS",
    "" if TICKET_HS256_SECRET else None,
    what="PEM private keys, newest first;"
    " `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` makes one",
    form=formats.private_keys,
)

# Tasks
CELERY_BROKER_URL = REDIS_URL.replace("unix:", "redis+socket:", 1)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_DB_REUSE_MAX = 10_000  # tasks; else Celery opens a new connection for each
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = SCHEDULE

# Facts leave by the outbox
OUTBOX_SUBSCRIPTIONS = "config.subscriptions.SUBSCRIPTIONS"

# Files
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "apps.core.stylesheet.StylesheetFinder",
]
MEDIA_URL = "media/"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "media")))
STORAGES: dict[str, Any] = {
    "default": storage.media_storage(),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Watching
LOGGING = logging_config(
    env.text("LOG_LEVEL", "INFO", what="DEBUG, INFO, WARNING or ERROR", form=formats.log_level)
)
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
SENTRY_DSN = env.text("SENTRY_DSN", "", what="https://key@host/project", form=formats.sentry_dsn)
if SENTRY_DSN:
    sentry_sdk.init(SENTRY_DSN, send_default_pii=False, traces_sample_rate=0.0)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],  # inline styles are known by their hash: apps/core/style_hashes.py
        "img-src": [SELF, "data:", *filter(None, [storage.public_domain()])],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

env.refuse_if_broken()
