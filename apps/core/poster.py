"""
A poster for an event that has none: a few bold shapes in one colour, always the same for a seed.

The drawing is 400 x 500 and may be cropped to its middle, so every family fills the middle.
"""

from __future__ import annotations

from collections.abc import Callable
from math import cos, hypot, pi, sin
from random import Random

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 400, 500


def poster(seed: str) -> SafeString:
    """An inline SVG that takes `currentColor`; decoration, hidden from screen readers."""
    dice = Random(f"poster {seed}")  # noqa: S311 - a picture, not a secret
    shapes = dice.choice(FAMILIES)(dice)
    return mark_safe(  # noqa: S308 - numbers only
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="xMidYMid slice"'
        f' aria-hidden="true"><path fill="currentColor" fill-rule="evenodd" d="{shapes}"/></svg>'
    )


def arcs(dice: Random) -> str:
    """Broken rings around a point off the middle."""
    x, y = dice.randint(140, 300), dice.randint(200, 320)
    radius, ring, parts = dice.randint(18, 30), 5.0, []
    while radius < 330:
        start, sweep = dice.uniform(0, 2 * pi), dice.uniform(1.1, 1.75) * pi
        parts.append(_ring(x, y, radius, ring, start, sweep))
        ring *= 1.19
        radius += int(ring * dice.uniform(1.5, 2.1)) + 2
    return "".join(parts)


def waves(dice: Random) -> str:
    """Ribbons that swell towards the bottom."""
    parts, y, thick = [], float(dice.randint(6, 20)), 4.0
    length, swing, phase = dice.choice((110, 150, 220)), dice.randint(9, 17), dice.uniform(0, 6)
    while y < HEIGHT + 20:
        parts.append(_ribbon(y, thick, swing=swing, length=length, phase=phase))
        y += thick * 1.9 + 5
        thick *= dice.uniform(1.1, 1.22)
        phase += 0.55
    return "".join(parts)


def moons(dice: Random) -> str:
    """Discs that wane along a diagonal."""
    count, parts = dice.randint(5, 7), []
    x, y, left = dice.randint(60, 110), dice.randint(90, 140), dice.random() < 0.5
    for i in range(count):
        at = i / (count - 1)
        cx, cy = x + at * 250, y + at * 300
        radius, hole = 96 - at * 66, (0.0, 0.62, 0.78, 0.86, 0.9, 0.93, 0.95)[i]
        cx = cx if left else WIDTH - cx
        parts.append(_disc(cx, cy, radius) + (_disc(cx, cy, radius * hole) if hole else ""))
    return "".join(parts)


def teeth(dice: Random) -> str:
    """Rows of triangles, each row taller than the one above."""
    parts, columns, y = [], dice.choice((4, 5, 6)), -10.0
    step, flip = WIDTH / columns, dice.random() < 0.4
    for row in range(6):
        tall, half = 34 + row * 18, step * (0.2 + row * 0.055)
        shift = step / 2 if row % 2 else 0.0
        for column in range(-1, columns + 1):
            x = column * step + shift + step / 2
            tip, foot = (y + tall, y) if flip else (y, y + tall)
            parts.append(f"M{x - half:.0f} {foot:.0f}L{x:.0f} {tip:.0f} {x + half:.0f} {foot:.0f}Z")
        y += tall + 8
    return "".join(parts)


def bars(dice: Random) -> str:
    """Bars that hang and stand like keys, thick and thin in waves."""
    parts, x, i = [], 0.0, 0
    slow, top, bottom = dice.uniform(0.35, 0.6), dice.randint(290, 350), dice.randint(130, 190)
    while x < WIDTH:
        wide = 15 + 12 * sin(i * slow)
        y, tall = (0, top) if i % 2 else (bottom, HEIGHT - bottom)
        parts.append(f"M{x:.0f} {y}h{wide:.0f}v{tall}h-{wide:.0f}Z")
        x += wide + 8
        i += 1
    return "".join(parts)


def seats(dice: Random) -> str:
    """Rows of seats; one of them is taken out."""
    columns, rows, parts = dice.choice((5, 6)), 7, []
    step_x, step_y = WIDTH / columns, HEIGHT / rows
    mine = (dice.randrange(1, columns - 1), dice.randrange(2, rows - 2))
    for row in range(rows):
        for column in range(columns):
            if (column, row) == mine:
                continue
            size = (0.2 + 0.62 * (row + column / columns) / rows) * step_x
            x, y = column * step_x + (step_x - size) / 2, row * step_y + (step_y - size) / 2
            parts.append(f"M{x:.0f} {y:.0f}h{size:.0f}v{size:.0f}h-{size:.0f}Z")
    cx, cy = (mine[0] + 0.5) * step_x, (mine[1] + 0.5) * step_y
    return "".join(parts) + _disc(cx, cy, step_x * 0.34)


def quarters(dice: Random) -> str:
    """Tiles with quarter discs, turned by chance."""
    size, parts = dice.choice((100, 125)), []
    for top in range(0, HEIGHT, size):
        for left in range(0, WIDTH, size):
            x, y = dice.choice(((0, 0), (1, 0), (1, 1), (0, 1)))
            if dice.random() < 0.14:
                parts.append(_disc(left + size / 2, top + size / 2, size / 2))
                continue
            cx, cy = left + x * size, top + y * size
            dx, dy = (size if x == 0 else -size), (size if y == 0 else -size)
            turn = 1 if (x == 0) == (y == 0) else 0
            parts.append(f"M{cx} {cy}h{dx}A{size} {size} 0 0 {turn} {cx} {cy + dy}Z")
    return "".join(parts)


def beams(dice: Random) -> str:
    """Wedges of light from a lamp near an edge."""
    x, y = dice.choice(((40, 60), (360, 60), (200, 250), (40, 440), (360, 440)))
    count, parts, reach = dice.choice((11, 13, 17)), [], hypot(WIDTH, HEIGHT)
    turn = dice.uniform(0, 1)
    for i in range(count):
        a, b = ((i + turn + part) * 2 * pi / count for part in (0, dice.uniform(0.34, 0.6)))
        parts.append(
            f"M{x + 34 * cos(a):.0f} {y + 34 * sin(a):.0f}"
            f"L{x + reach * cos(a):.0f} {y + reach * sin(a):.0f}"
            f" {x + reach * cos(b):.0f} {y + reach * sin(b):.0f}"
            f" {x + 34 * cos(b):.0f} {y + 34 * sin(b):.0f}Z"
        )
    return "".join(parts) + _disc(x, y, 20)


def stripes(dice: Random) -> str:
    """Slanted bands that broaden across the sheet."""
    parts, x, thick = [], -330.0, float(dice.randint(5, 9))
    grow, slant, mirrored = dice.uniform(1.17, 1.26), dice.randint(260, 330), dice.random() < 0.5
    top, bottom = (WIDTH - slant, WIDTH) if mirrored else (slant, 0)
    while x < WIDTH:
        at, wide = (-x, -thick) if mirrored else (x, thick)
        parts.append(
            f"M{bottom + at:.0f} {HEIGHT}L{top + at:.0f} 0h{wide:.0f}"
            f"L{bottom + at + wide:.0f} {HEIGHT}Z"
        )
        x += thick * 1.8 + 9
        thick *= grow
    return "".join(parts)


FAMILIES: tuple[Callable[[Random], str], ...] = (
    arcs,
    waves,
    moons,
    teeth,
    bars,
    seats,
    quarters,
    beams,
    stripes,
)


def _disc(x: float, y: float, radius: float) -> str:
    r = f"{radius:.0f}"
    return f"M{x - radius:.0f} {y:.0f}a{r} {r} 0 1 0 {2 * radius:.0f} 0a{r} {r} 0 1 0-{2 * radius:.0f} 0Z"


def _ring(x: float, y: float, radius: float, ring: float, start: float, sweep: float) -> str:
    def at(r: float, angle: float) -> str:
        return f"{x + r * cos(angle):.0f} {y + r * sin(angle):.0f}"

    outer, end, large = radius + ring, start + sweep, int(sweep > pi)
    return (
        f"M{at(outer, start)}A{outer:.0f} {outer:.0f} 0 {large} 1 {at(outer, end)}"
        f"L{at(radius, end)}A{radius:.0f} {radius:.0f} 0 {large} 0 {at(radius, start)}Z"
    )


def _ribbon(y: float, thick: float, *, swing: int, length: int, phase: float) -> str:
    """A wave of half periods drawn with smooth curves, there and back."""
    half = length / 2
    start = -length + (phase % (2 * pi)) / (2 * pi) * length
    count = int((WIDTH + 2 * length) / half)
    there = f"M{start:.0f} {y:.0f}q{half / 2:.0f} {-swing} {half:.0f} 0" + f"t{half:.0f} 0" * count
    back = (
        f"v{thick:.0f}q{-half / 2:.0f} {_under(swing, count)} {-half:.0f} 0"
        + f"t{-half:.0f} 0" * count
    )
    return there + back + "Z"


def _under(swing: int, count: int) -> int:
    """The way back begins with the curve the way there ended with."""
    return -swing if count % 2 == 0 else swing
