from __future__ import annotations

import pytest

from apps.events.slugs import free_slug
from tests.factories.selling import make_event, make_organizer

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Zwölf Celli im Trockendock", "zwoelf-celli-im-trockendock"),
        ("Über Größe", "ueber-groesse"),
        ("音楽", "event"),
        ("x" * 200, "x" * 75),
    ],
)
def test_a_slug_is_made_from_the_title(title: str, slug: str) -> None:
    assert free_slug(title) == slug


def test_a_taken_slug_is_numbered() -> None:
    organizer = make_organizer()
    make_event(organizer, slug="jazz")
    make_event(organizer, slug="jazz-2")
    assert free_slug("Jazz") == "jazz-3"
