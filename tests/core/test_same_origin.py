from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.core.same_origin import SameOriginMiddleware


def answer(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


def post(**headers: str) -> int:
    request = RequestFactory().post("/", headers={"Host": "testserver", **headers})
    middleware = SameOriginMiddleware(answer)
    middleware.process_request(request)
    refused = middleware.process_view(request, answer, (), {})
    return refused.status_code if refused else 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://x.testserver"}, 403),
        ({"Origin": "http://testserver"}, 200),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({}, 403),
    ],
)
def test_only_our_own_pages_may_post(headers: dict[str, str], status: int) -> None:
    assert post(**headers) == status
