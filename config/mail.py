"""How mail goes out, and how bounces come in: a chapter of the settings."""

from __future__ import annotations

from config import env, formats

DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL",
    "Parterre <tickets@localhost>" if env.DEMO else None,
    what="Name <mail@your.shop>",
    form=formats.mailbox,
)
RESEND_BACKEND = "apps.notifications.resend.EmailBackend"
EMAIL_BACKEND = env.text(
    "EMAIL_BACKEND",
    "django.core.mail.backends.dummy.EmailBackend" if env.DEMO else RESEND_BACKEND,
    what="a class like django.core.mail.backends.smtp.EmailBackend",
    form=formats.dotted_class,
)
MAIL_API_KEY = env.text(
    "MAIL_API_KEY",
    None if EMAIL_BACKEND == RESEND_BACKEND else "",
    what="re_…, of Resend; or name another EMAIL_BACKEND",
)
# "user:password" that the provider sends with its notices of bounces; none: they are not taken.
MAIL_WEBHOOK_SECRET = env.text(
    "MAIL_WEBHOOK_SECRET", "", what="user:password", form=formats.user_and_password
)
ANYMAIL = {
    **env.named("ANYMAIL_"),  # of its other backends, e.g. ANYMAIL_POSTMARK_SERVER_TOKEN
    "RESEND_API_KEY": MAIL_API_KEY,
    "REQUESTS_TIMEOUT": (3, 15),
    "WEBHOOK_SECRET": [MAIL_WEBHOOK_SECRET] if MAIL_WEBHOOK_SECRET else [],
}
# For EMAIL_BACKEND=django.core.mail.backends.smtp.EmailBackend.
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, least=1, most=65535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_USE_SSL = EMAIL_PORT == 465
EMAIL_TIMEOUT = 15
