"""What organizers write becomes HTML: CommonMark without raw HTML and without images from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

_FIRST_HEADING = 3  # below the page's own h1 and h2


def to_html(text: str) -> SafeString:
    tokens = _parser().parse(text)
    _place_headings([token for token in tokens if token.type.startswith("heading_")])
    for token in tokens:
        _mark_links(token.children or ())
    parser = _parser()
    html: str = parser.renderer.render(tokens, parser.options, {})
    return mark_safe(html)  # noqa: S308 - raw HTML is off


def _place_headings(headings: Sequence[Token]) -> None:
    """Whatever levels the writer used: ours begin below the page's and leave none out."""
    used = sorted({heading.tag for heading in headings})
    for heading in headings:
        heading.tag = f"h{min(6, _FIRST_HEADING + used.index(heading.tag))}"


def _mark_links(tokens: Sequence[Token]) -> None:
    """Links of organizers lend no weight in search engines and get no handle on our page."""
    for token in tokens:
        if token.type == "link_open":
            token.attrSet("rel", "nofollow noopener")


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable("image")
