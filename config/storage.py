"""Where uploaded pictures are kept: a folder, or a bucket that speaks S3."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from config import env

FOLDER = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def media_storage() -> dict[str, Any]:
    bucket = env.text("S3_BUCKET", "")
    if not bucket:
        return FOLDER
    if find_spec("boto3") is None:
        env.problems.append("S3_BUCKET needs boto3: pip install -r requirements-s3.lock")
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": env.text("S3_ENDPOINT_URL", "") or None,
            "region_name": env.text("S3_REGION", "") or None,
            "access_key": env.text("S3_ACCESS_KEY", "") or None,
            "secret_key": env.text("S3_SECRET_KEY", "") or None,
            "custom_domain": public_domain() or None,
            "querystring_auth": False,
            "file_overwrite": False,
        },
    }


def public_domain() -> str:
    """Host name under which the bucket's pictures are shown."""
    return env.text("S3_PUBLIC_DOMAIN", "")
