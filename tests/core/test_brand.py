from __future__ import annotations

from itertools import product

import pytest

from apps.core.brand import brand, contrast, css_class, stylesheet

LIGHT = ("#f5f7f9", "#ffffff", "#e6eaee")
DARK = ("#0b0c0e", "#15171a", "#202328")
EVERY_HUE = [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in product(range(0, 256, 51), repeat=3)]


@pytest.mark.parametrize("colour", EVERY_HUE)
def test_any_colour_is_readable_everywhere(colour: str) -> None:
    b = brand(colour)
    assert contrast(b.signal, b.on_signal) >= 4.5
    assert min(contrast(b.line_light, ground) for ground in LIGHT) >= 3
    assert min(contrast(b.line_dark, ground) for ground in DARK) >= 3
    assert min(contrast(b.text_light, ground) for ground in LIGHT) >= 4.5
    assert min(contrast(b.text_dark, ground) for ground in DARK) >= 4.5


def test_a_colour_that_is_fine_is_left_alone() -> None:
    assert brand("#FF4D1A").signal == "#ff4d1a"
    assert brand("#ff4d1a").line_dark == "#ff4d1a"
    assert brand("#1f3dff").line_light == "#1f3dff"


def test_no_colour_is_ink() -> None:
    assert brand("").signal == "#0a0b0d"
    assert css_class("") == ""


def test_a_stylesheet_names_each_colour_once_in_a_fixed_order() -> None:
    rules = stylesheet(["#ffffff", "", "#000000", "#FFFFFF"])
    assert rules == brand("#000000").rule + brand("#ffffff").rule
    assert rules.startswith(".s-000000{--signal:#000000;--on-signal:#ffffff;")
