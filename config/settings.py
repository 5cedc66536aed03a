"""One settings file, from the environment only. What is missing or malformed refuses to start."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import sentry_sdk
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import database, env, storage
from config.logging import logging_config
from config.schedule import SCHEDULE
from config.sign_in import *  # noqa: F403 - a chapter of this file

BASE_DIR = Path(__file__).resolve().parent.parent

# Demo mode: embedded servers, provider sandboxes, demo data. Never with real credentials.
DEMO = env.flag("PARTERRE_DEMO")
DEBUG = False

SECRET_KEY = env.text("SECRET_KEY", what="a long random text")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", [])
PUBLIC_URL = env.url(
    "PUBLIC_URL", schemes=("https", "http") if DEMO else ("https",), what="https://your.shop"
)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["*"] if DEMO else None, what="your.shop,www.your.shop")

DATABASES = {
    "default": database.from_url(
        env.url(
            "DATABASE_URL",
            schemes=("postgresql", "postgres"),
            what="postgresql://user:password@host/name",
        )
    )
}
REDIS_URL = env.url("REDIS_URL", schemes=("redis", "rediss", "unix"), what="redis://host:6379/0")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "apps.core",
    "apps.outbox",
    "apps.ledger",
    "apps.accounts",
    "apps.seating",
    "apps.events",
    "apps.variants",
    "apps.inventory",
    "apps.payments",
    "apps.tickets",
    "apps.orders",
    "apps.checkin",
    "apps.payouts",
    "apps.notifications",
    "apps.shop",
    "apps.console",
    "apps.api",
    "apps.audit",
    "apps.ops",
    *(["apps.demo", "apps.sandbox"] if DEMO else []),
]

MIDDLEWARE = [
    "apps.core.client_address.ClientAddressMiddleware",
    "apps.ops.middleware.RequestMiddleware",
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

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# Language, time, money
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

# Security
# Our middleware is Django's, with a look at the request's origin before its token.
SILENCED_SYSTEM_CHECKS = ["security.W003"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PUBLIC_URL.startswith("https:")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
BEHIND_PROXY = env.flag("BEHIND_PROXY")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# Providers. In demo mode the launcher points them at the sandbox.
STRIPE_API_BASE = env.url(
    "STRIPE_API_BASE", "https://api.stripe.com", schemes=("https", "http") if DEMO else ("https",)
)
STRIPE_SECRET_KEY = env.text("STRIPE_SECRET_KEY", "")
STRIPE_PUBLISHABLE_KEY = env.text("STRIPE_PUBLISHABLE_KEY", "")
STRIPE_WEBHOOK_SECRET = env.words("STRIPE_WEBHOOK_SECRET", [])
STRIPE_CONNECT_WEBHOOK_SECRET = env.words("STRIPE_CONNECT_WEBHOOK_SECRET", [])
PAYPAL_API_BASE = env.url(
    "PAYPAL_API_BASE", "https://api-m.paypal.com", schemes=("https", "http") if DEMO else ("https",)
)
PAYPAL_CLIENT_ID = env.text("PAYPAL_CLIENT_ID", "")
PAYPAL_CLIENT_SECRET = env.text("PAYPAL_CLIENT_SECRET", "")
PAYPAL_WEBHOOK_ID = env.text("PAYPAL_WEBHOOK_ID", "")
PAYPAL_CERT_HOSTS = env.words("PAYPAL_CERT_HOSTS", ["api.paypal.com", "api-m.paypal.com"])
PAYPAL_CERT_CA_FILE = env.text("PAYPAL_CERT_CA_FILE", "")
# Where the sandbox process listens, and the only origin outside the public internet we may call.
SANDBOX_URL = env.url("SANDBOX_URL", "", schemes=("http",)) if DEMO else ""
OUTBOUND_ALLOWLIST = [SANDBOX_URL] if SANDBOX_URL else []

# The sale
TICKET_PAYMENT_TIMEOUT = env.integer("TICKET_PAYMENT_TIMEOUT", 15, what="minutes")
PLATFORM_FEE_PERCENT = env.decimal("PLATFORM_FEE_PERCENT", Decimal(5), what="per cent, e.g. 5")
PLATFORM_NAME = env.text("PLATFORM_NAME", "Parterre")
PLATFORM_IMPRINT = env.text("PLATFORM_IMPRINT", "", what="Markdown: who runs this platform")
TICKET_HS256_SECRET = env.text("TICKET_HS256_SECRET", "")
TICKET_SIGNING_KEYS = env.text(
    "TICKET_SIGNING_KEYS",
    "" if TICKET_HS256_SECRET else None,
    what="PEM private keys, newest first;"
    " `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` makes one",
)

# Mail
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL",
    "Parterre <tickets@localhost>" if DEMO else None,
    what="Name <mail@your.shop>",
)
MAIL_API_KEY = env.text("MAIL_API_KEY", "")
EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.dummy.EmailBackend"
    if DEMO
    else "apps.notifications.resend.EmailBackend",
)
# "user:password" that the provider sends with its notices of bounces; none: they are not taken.
MAIL_WEBHOOK_SECRET = env.text("MAIL_WEBHOOK_SECRET", "")
ANYMAIL = {
    "RESEND_API_KEY": MAIL_API_KEY,
    "REQUESTS_TIMEOUT": (3, 15),
    "WEBHOOK_SECRET": [MAIL_WEBHOOK_SECRET] if MAIL_WEBHOOK_SECRET else [],
}
# For EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend.
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_TIMEOUT = 15

# Tasks
CELERY_BROKER_URL = (
    REDIS_URL if not REDIS_URL.startswith("unix:") else "redis+socket:" + REDIS_URL[5:]
)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
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
LOGGING = logging_config(env.text("LOG_LEVEL", "INFO"))
METRICS_TOKEN = env.text("METRICS_TOKEN", "")
SENTRY_DSN = env.text("SENTRY_DSN", "")
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
