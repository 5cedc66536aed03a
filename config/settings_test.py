"""Tests: demo mode's openness without its apps' data; everything else as in production."""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

os.environ.setdefault("PARTERRE_DEMO", "1")
os.environ.setdefault("SECRET_KEY", "test-secret-key-of-no-worth-" + "x" * 30)
# The runner of the tests starts servers and names them; linters only load the settings.
os.environ.setdefault("DATABASE_URL", "postgresql:///nowhere")
os.environ.setdefault("REDIS_URL", "redis://localhost:1/0")
# Workers of pytest share a server and must not clear, or answer from, each other's cache.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ["REDIS_URL"] += "?db=" + os.environ["PYTEST_XDIST_WORKER"].removeprefix("gw")
os.environ.setdefault("PUBLIC_URL", "http://testserver")
# Nobody listens there: a test that needs a sandbox starts one.
os.environ.setdefault("SANDBOX_URL", "http://127.0.0.1:1")
os.environ.setdefault("STRIPE_API_BASE", "http://127.0.0.1:1")
os.environ.setdefault("PAYPAL_API_BASE", "http://127.0.0.1:1")
os.environ.setdefault("STRIPE_SECRET_KEY", "sk_test_sandbox")
os.environ.setdefault("STRIPE_WEBHOOK_SECRET", "whsec_sandbox")
os.environ.setdefault("STRIPE_CONNECT_WEBHOOK_SECRET", "whsec_sandbox_connect")
os.environ.setdefault("PAYPAL_CLIENT_ID", "sandbox-client")
os.environ.setdefault("PAYPAL_CLIENT_SECRET", "sandbox-secret")
os.environ.setdefault("PAYPAL_WEBHOOK_ID", "SANDBOXWEBHOOK001")
if "TICKET_SIGNING_KEYS" not in os.environ:
    os.environ["TICKET_SIGNING_KEYS"] = (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        .decode()
    )

from config.settings import *  # noqa: F403 - the same, and a little
from config.settings import CELERY_BROKER_URL, DATABASES, STORAGES

DATABASES["default"]["ENGINE"] = "tests.database"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True

# Celery has another word for it.
CELERY_BROKER_URL = CELERY_BROKER_URL.replace("?db=", "?virtual_host=")
