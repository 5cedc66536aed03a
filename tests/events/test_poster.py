"""Which files become a poster."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from apps.events.forms import EventForm

pytestmark = pytest.mark.django_db
NO_PICTURE = (
    "Upload a valid image. The file you uploaded was either not an image or a corrupted image."
)


def picture(form: str, width: int, height: int) -> bytes:
    kept = BytesIO()
    Image.new("1", (width, height)).save(kept, form)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (lambda: picture("PNG", 800, 1200), []),
        (lambda: picture("PNG", 5000, 8000), []),
        (lambda: picture("PNG", 5000, 8001), ["The poster has more than 40 million pixels."]),
        (lambda: picture("GIF", 80, 120), ["A poster is a JPEG, PNG or WebP picture."]),
        (
            lambda: picture("PNG", 80, 120) + bytes(5 * 1024 * 1024),
            ["The poster is larger than 5 MB."],
        ),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", [NO_PICTURE]),
        (lambda: b"not a picture", [NO_PICTURE]),
    ],
    ids=["plain", "largest", "too many pixels", "gif", "too many bytes", "svg", "text"],
)
def test_a_poster_is_a_picture_that_a_phone_can_hold(content: object, told: list[str]) -> None:
    assert callable(content)
    file = SimpleUploadedFile("poster.png", content(), "image/png")
    assert EventForm(data={}, files={"poster": file}).errors.get("poster", []) == told
