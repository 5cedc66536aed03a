from __future__ import annotations

import base64
import hashlib

from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory

from apps.core.style_hashes import StyleHashMiddleware


def page(request: HttpRequest) -> HttpResponse:
    template = Template('{% load look %}{% signals "#ff4d1a" %}')
    return HttpResponse(template.render(Context({"request": request})))


def test_the_policy_knows_exactly_the_style_on_the_page() -> None:
    response = StyleHashMiddleware(page)(RequestFactory().get("/"))

    style = response.content.decode().removeprefix("<style>").removesuffix("</style>")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert style.startswith(".s-ff4d1a{--signal:#ff4d1a;")
    assert response._csp_update == {"style-src": [f"'sha256-{digest}'"]}  # type: ignore[attr-defined]  # read by the middleware of the policy


def test_a_page_without_colours_has_no_style_and_no_hash() -> None:
    response = StyleHashMiddleware(lambda _request: HttpResponse("plain"))(
        RequestFactory().get("/")
    )
    assert not hasattr(response, "_csp_update")
