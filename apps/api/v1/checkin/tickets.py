from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from ninja import Router
from ninja.decorators import decorate_view

from apps.api import problems
from apps.api.v1.checkin.calling import BY_DEVICE, Rate, device_calling
from apps.api.v1.checkin.schemas import REFUSED, ProblemOut, TicketsOut
from apps.checkin.cursor import CursorLost
from apps.checkin.snapshot import BadPlace, page_of

RATE = Rate(300, 60)

router = Router()


@router.get(
    "/tickets",
    response={200: TicketsOut, 410: ProblemOut, **REFUSED},
    openapi_extra=BY_DEVICE,
    summary="Tickets of the event, all or changed",
)
@decorate_view(gzip_page)
def list_tickets(request: HttpRequest, cursor: str = "", after: str = "") -> HttpResponse:
    """
    Without `cursor` all tickets of the event, in pages of 5,000; with the cursor of an earlier answer what
    changed since, and now and then a row that did not. `after` is `next` of the page before. 410
    `cursor_lost`: drop everything and load anew. No e-mail addresses, no phone numbers.
    """
    device = device_calling(request, "tickets", RATE)
    try:
        page = page_of(device.event, since=cursor, after=after)
    except CursorLost as lost:
        text = "The server does not know this cursor any more. Load all tickets again."
        raise problems.Problem(410, "cursor_lost", text) from lost
    except BadPlace as bad:
        text = "`after` is not the `next` of a page."
        raise problems.Problem(422, "invalid", text) from bad
    body = {"cursor": str(page.cursor), "next": page.after, "tickets": page.rows}
    # As it is: checking 5,000 rows once more would cost more than reading them.
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return HttpResponse(text, content_type="application/json")
