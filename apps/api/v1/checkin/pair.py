from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from ninja import Router, Status

from apps.accounts.models import User
from apps.api import problems
from apps.api.v1.checkin.schemas import PairIn, PairOut, ProblemOut
from apps.checkin import devices
from apps.checkin.services.pair import Asking, NoSuchPairing, pair
from apps.core.rate_limit import allow
from apps.core.same_origin import is_same_origin
from apps.orders.buyers import hash_address

# Eight characters of 32 for a day: at this rate nobody finds one.
TRIES, SECONDS = 20, 60

router = Router()


@router.post(
    "/pair",
    response={201: PairOut, 403: ProblemOut, 404: ProblemOut, 422: ProblemOut, 429: ProblemOut},
    summary="Pair a phone",
)
def pair_phone(request: HttpRequest, response: HttpResponse, body: PairIn) -> Status[PairOut]:
    """
    A phone becomes a device with a key of its own, by the code an organizer was shown. The key is also set
    as a cookie for the pages under /door/. Asked again with the same `nonce`, because an answer was lost, it
    is the same device with another key, and the code is not used up. 404 `no_such_pairing` for a code
    that is wrong, used up, or too old.
    """
    if _from_elsewhere(request):
        raise problems.Problem(403, "cross_site", "Pair from the door's own page.")
    address = hash_address(request.META.get("REMOTE_ADDR", ""))
    if not allow(f"pair:{address}", TRIES, SECONDS):
        raise problems.too_many(SECONDS)
    user = request.user if isinstance(request.user, User) else None
    try:
        asking = Asking(name=body.name, nonce=body.nonce, user=user)
        device, secret = pair(body.code, asking, at=now())
    except NoSuchPairing as unknown:
        text = "This code is wrong, used up, or too old. Ask for a new one."
        raise problems.Problem(404, "no_such_pairing", text) from unknown
    devices.remember(response, secret, secure=request.is_secure())
    return Status(
        201,
        PairOut(
            device=device.pk,
            key=secret,
            name=device.name,
            gate=device.gate_id,
            box_office=device.box_office,
        ),
    )


def _from_elsewhere(request: HttpRequest) -> bool:
    """A browser at another site; programs say nothing of where they are."""
    says = "Sec-Fetch-Site" in request.headers or "Origin" in request.headers
    return says and not is_same_origin(request)
