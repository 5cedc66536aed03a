from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from xml.etree import ElementTree

import pytest

from apps.core.poster import FAMILIES, poster


def test_a_seed_always_draws_the_same_poster() -> None:
    assert poster("zwoelf-celli") == poster("zwoelf-celli")
    assert len({poster(f"event-{n}") for n in range(30)}) >= 25


def test_it_is_one_path_in_the_colour_of_its_place() -> None:
    svg = ElementTree.fromstring(poster("zwoelf-celli"))  # noqa: S314 - our own
    (path,) = svg
    assert path.get("fill") == "currentColor"
    assert svg.get("aria-hidden") == "true"


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_is_small_and_well_formed(family: Callable[[Random], str]) -> None:
    for seed in range(20):
        path = family(Random(seed))
        assert re.fullmatch(r"[MLHVAQTZhvaqtz\d\s.-]+", path)
        assert 100 < len(path) < 4000
