"""What Chromium takes for a camera: a short film of a picture held a little unsteadily."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

FRAMES_PER_PICTURE = 40
WIDTH, HEIGHT = 640, 480


def film(pictures: Sequence[bytes], to: Path) -> Path:
    """pictures: PNGs, shown one after the other, over and over. Written as motion JPEG."""
    with to.open("wb") as out:
        for picture in pictures:
            code = Image.open(io.BytesIO(picture)).convert("RGB")
            code = code.resize((HEIGHT - 60, HEIGHT - 60))
            for number in range(FRAMES_PER_PICTURE):
                frame = Image.new("RGB", (WIDTH, HEIGHT), (120, 120, 120))
                left = (WIDTH - code.width) // 2 + number % 7 - 3
                frame.paste(code, (left, (HEIGHT - code.height) // 2 + number % 5 - 2))
                frame.save(out, "JPEG", quality=85)
    return to
