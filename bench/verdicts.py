"""From a decoded frame of the camera to the verdict on screen, on a phone that is slow and has no network."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Playwright

from bench.chromium import PAINTED, phones

SLOWER = 6  # times
_LOOKS_MAX_MS = 90_000
# Around the reader of codes: when it had found the code that a verdict is about, and when it looked again.
_WATCH = f"""() => {{
    const painted = {PAINTED};
    const verdict = document.querySelector("#verdict");
    const reader = BarcodeDetectionAPI.BarcodeDetector.prototype;
    const detect = reader.detect;
    let decoded = null;
    let shownAt = null;
    globalThis.measured = {{ verdict: [], back: [] }};
    reader.detect = async function (source) {{
        if (shownAt !== null) measured.back.push(performance.now() - shownAt);
        shownAt = null;
        const found = await detect.call(this, source);
        if (found[0]) decoded = performance.now();
        return found;
    }};
    // Its first attribute of a new verdict is its role or its kind; a verdict that goes away is hidden.
    new MutationObserver(async () => {{
        if (decoded === null || verdict.hidden) return;
        const from = decoded;
        decoded = null;
        await painted();
        shownAt = performance.now();
        measured.verdict.push(shownAt - from);
    }}).observe(verdict, {{ attributes: true, childList: true, subtree: true, characterData: true }});
}}"""


@dataclass(frozen=True, slots=True)
class Measured:
    """In milliseconds: decoded to painted, and painted to the camera's next look."""

    verdict: Sequence[float]
    back: Sequence[float]


def measure(
    playwright: Playwright, origin: str, code: str, pictures: Sequence[bytes], looks: int
) -> Measured:
    """code: pairs a phone. pictures: of tickets, shown in turn."""
    with phones(playwright, origin, 1, pictures) as (phone,):
        phone.pair(code)
        phone.lose_the_network()
        page = phone.page
        page.click("#start")
        page.wait_for_function("globalThis.BarcodeDetectionAPI !== undefined")
        page.evaluate(_WATCH)
        phone.slow_down(SLOWER)
        page.wait_for_function(
            "(looks) => measured.back.length >= looks", arg=looks, timeout=_LOOKS_MAX_MS
        )
        found = page.evaluate("measured")
    return Measured(found["verdict"][1:], found["back"][1:])  # the first one warms up


def report(found: Measured, tickets: int) -> str:
    told = (
        f"{what} {statistics.median(ms):.0f} ms (p95 {_p95(ms):.0f}, aim ≤ {aim})"
        for what, ms, aim in (
            ("decoded code to verdict on screen", found.verdict, 150),
            ("back to scanning", found.back, 1000),
        )
    )
    return (
        f"A phone {SLOWER} times slower, {tickets:,} tickets, no network:"
        f" {', '.join(told)}; {len(found.verdict)} looks."
    )


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[len(values) * 95 // 100]
