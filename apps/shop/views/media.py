"""Uploaded posters. A new upload has a new name, so a copy never goes stale."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

YEAR_SECONDS = 365 * 24 * 3600
# What may be uploaded as a poster; nothing else is ever served.
TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


@require_safe
def poster(_request: HttpRequest, name: str) -> FileResponse:
    kind = TYPES.get(name.rpartition(".")[2].lower())
    if kind is None:
        raise Http404
    try:
        file = default_storage.open(f"posters/{name}")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(file, content_type=kind)
    response["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response
