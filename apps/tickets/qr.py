"""The code as a picture: black on white with its quiet zone, in every theme."""

from __future__ import annotations

import io

import segno

QUIET_ZONE_MODULES = 4
PNG_PIXELS_PER_MODULE = 8
# Choosing among the eight patterns takes three quarters of the time. It helps codes of regular data;
# a signed token is as good as random under each of them.
MASK = 3


def code(token: str) -> segno.QRCode:
    """Level M: survives a cracked phone, and stays coarse enough for an old camera."""
    return segno.make_qr(token, error="m", mask=MASK)


def svg(token: str) -> str:
    """Inline SVG without styles or a size of its own."""
    drawn: str = code(token).svg_inline(
        border=QUIET_ZONE_MODULES,
        dark="#000",
        light="#fff",
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    return drawn


def png(token: str) -> bytes:
    out = io.BytesIO()
    code(token).save(out, kind="png", scale=PNG_PIXELS_PER_MODULE, border=QUIET_ZONE_MODULES)
    return out.getvalue()
