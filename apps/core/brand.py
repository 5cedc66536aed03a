"""
An organizer's colour, corrected so that WCAG 2.2 AA holds wherever it is used.

Computed here once for pages, mails and PDF, so that no browser has to know colour arithmetic.
"y" is the relative luminance WCAG counts with.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

BLACK, WHITE, INK = "#000000", "#ffffff", "#0a0b0d"

# Where black and white on a colour are equally readable, both at 4.58:1.
_FLIP_Y = 0.179
# On every ground of the light theme a line needs 3:1 and a word 4.5:1, so they may not be brighter;
# on every ground of the dark theme they may not be darker.
_LINE_Y_MAX, _TEXT_Y_MAX = 0.23, 0.138
_LINE_Y_MIN, _TEXT_Y_MIN = 0.155, 0.26

Linear = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Brand:
    """Each "#rrggbb": the colour, what is written on it, and its forms as line and word on paper."""

    signal: str
    on_signal: str
    line_light: str
    line_dark: str
    text_light: str
    text_dark: str

    @property
    def css_class(self) -> str:
        return css_class(self.signal)

    @property
    def rule(self) -> str:
        return (
            f".{self.css_class}{{--signal:{self.signal};--on-signal:{self.on_signal};"
            f"--signal-line:light-dark({self.line_light},{self.line_dark});"
            f"--signal-text:light-dark({self.text_light},{self.text_dark})}}"
        )


def brand(colour: str) -> Brand:
    """
    :param colour: "#rrggbb", or "" for the house's ink.
    """
    signal = (colour or INK).lower()
    linear = _linear(signal)
    return Brand(
        signal=signal,
        on_signal=BLACK if luminance(signal) > _FLIP_Y else WHITE,
        line_light=_darkened(linear, _LINE_Y_MAX),
        line_dark=_lightened(linear, _LINE_Y_MIN),
        text_light=_darkened(linear, _TEXT_Y_MAX),
        text_dark=_lightened(linear, _TEXT_Y_MIN),
    )


def css_class(colour: str) -> str:
    """The class under which a page finds a colour; "" for ink, which is the default."""
    return f"s-{colour.lower().removeprefix('#')}" if colour else ""


def stylesheet(colours: Iterable[str]) -> str:
    """One rule per colour, in a fixed order; colours that are "" need none."""
    return "".join(brand(colour).rule for colour in sorted({c.lower() for c in colours if c}))


def luminance(colour: str) -> float:
    return _y(_linear(colour))


def contrast(one: str, other: str) -> float:
    """1 to 21, as WCAG counts it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _linear(colour: str) -> Linear:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return _unfold(red), _unfold(green), _unfold(blue)


def _unfold(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _fold(channel: float) -> float:
    channel = min(1.0, max(0.0, channel))
    return channel * 12.92 if channel <= 0.0031308 else float(1.055 * channel ** (1 / 2.4) - 0.055)


def _y(linear: Linear) -> float:
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(linear: Linear) -> str:
    return "#" + "".join(f"{round(_fold(channel) * 255):02x}" for channel in linear)


def _darkened(linear: Linear, y_max: float) -> str:
    factor = min(1.0, y_max / max(_y(linear), 0.001))
    red, green, blue = linear
    return _hex((red * factor, green * factor, blue * factor))


def _lightened(linear: Linear, y_min: float) -> str:
    """Mixed with white, so that the hue stays and no channel is cut off."""
    y = _y(linear)
    white = (y_min - y) / (1 - y) if y < y_min else 0.0
    red, green, blue = (channel + (1 - channel) * white for channel in linear)
    return _hex((red, green, blue))
