from __future__ import annotations

import hashlib
import json
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.timezone import now
from ninja import Router, Status
from ninja.params.functions import Header

from apps.accounts.roles import Capability
from apps.api import problems
from apps.api.caller import Caller, buyer_for, caller_of
from apps.api.v1.events import public_event
from apps.api.v1.placing import billing_or_problem, place_or_problem
from apps.api.v1.refunds import refunds_out
from apps.api.v1.schemas import (
    Amount,
    CancellationIn,
    InvoiceTo,
    LineOut,
    OrderIn,
    OrderOut,
    PaymentIn,
    PaymentOut,
    TicketOut,
)
from apps.core.models import StateChange
from apps.inventory.holds import NotOurs
from apps.orders.access import may_open
from apps.orders.billing import VAT_ID_ASKED, Billing, lacks_vat_id
from apps.orders.keys import opens, order_key
from apps.orders.models import Order
from apps.orders.selectors import refunds_told, status_of
from apps.orders.services.cancel import NotCancellable, cancel
from apps.orders.services.confirm import tickets_of
from apps.orders.services.details import Details, save_details
from apps.orders.services.place import Circumstances, Idempotency, Selection
from apps.orders.services.places import PlacesGone
from apps.orders.services.refused import Refused
from apps.orders.services.start_payment import (
    Addresses,
    DetailsMissing,
    NotPayable,
    finish_free,
    start_payment,
)
from apps.orders.services.vouchers import VoucherGone
from apps.orders.states import UNPAID, Channel, OrderState
from apps.orders.views.code import may_try
from apps.payments.gateways.base import Kind
from apps.payments.gateways.errors import (
    Declined,
    GatewayError,
    Invalid,
    NotPermitted,
    Unsupported,
)
from apps.tickets.tokens import token
from apps.variants.refusals import Refusal
from apps.vouchers.check import used_by_them

router = Router(tags=["orders"])

_CODE_USED = "code used already"  # why an order was cancelled


@router.post("", response={201: OrderOut})
def create_order(
    request: HttpRequest,
    body: OrderIn,
    idempotency_key: str = Header(..., alias="Idempotency-Key", min_length=8, max_length=120),
) -> Status[OrderOut]:
    """
    Holds the places for TICKET_PAYMENT_TIMEOUT minutes. Sending it accepts the organizer's terms.
    The same key with the same body answers with the same order; with another body it is refused.
    """
    caller = caller_of(request)
    event = public_event(body.event)
    if caller.key is not None:
        # A program sells its own organizer's events; it could hold everybody else's for nothing.
        caller.must(Capability.CHANGE_ORDERS, event.organizer)
    heads: dict[int, int] = {}
    for line in body.lines:
        heads[line.variant] = heads.get(line.variant, 0) + line.quantity
    buyer = buyer_for(request, caller, idempotency_key)
    scope = caller.name if caller.name != "anonymous" else f"address:{buyer.address_hash}"
    circumstances = Circumstances(
        channel=Channel.API,
        language=body.language,
        email=body.email.lower(),
        name=body.name,
        idempotency=Idempotency(scope, idempotency_key, _hash(body)),
    )
    if (body.code or body.voucher) and not may_try(buyer.address_hash):
        text = "Too many codes were tried from this address."
        raise problems.Problem(429, "too_fast", text, retry_after=60)
    billing = billing_or_problem(body.invoice)
    selection = Selection(event, heads, body.code, body.voucher)
    order = place_or_problem(selection, buyer, circumstances, at=now())
    if not order.terms_accepted_at:
        _must_name_vat_id(order, billing)
        _must_not_be_refused(order)
    if not order.terms_accepted_at and order.state in UNPAID:
        details = Details(body.email, body.name, language=body.language, billing=billing)
        with suppress(NotPayable):  # it ended in this very moment: the answer shows so
            _save_details(order, details)
    return Status(201, _order_out(order, with_key=True, with_tickets=True))


def _must_name_vat_id(order: Order, billing: Billing) -> None:
    """What it costs is known only now; nothing stays held. The same key hears the same again."""
    if lacks_vat_id(order, billing):
        with suppress(NotCancellable):  # it ended already
            cancel(order, actor=order.buyer, reason="no VAT id", at=now())
        field = {"field": "invoice.vat_id", "message": str(VAT_ID_ASKED)}
        raise problems.Problem(422, "vat_id_missing", str(VAT_ID_ASKED), fields=[field])


def _save_details(order: Order, details: Details) -> None:
    try:
        save_details(order, details, at=now())
    except Refused as refused:  # this address used the code already: nothing stays held
        cancel(order, actor=order.buyer, reason=_CODE_USED, at=now())
        raise _refused(refused.refusals[0]) from refused


def _must_not_be_refused(order: Order) -> None:
    """The order keeps what it ended for, so the same key hears the same again."""
    if order.state != OrderState.CANCELLED:
        return
    changes = StateChange.objects.filter(subject=order._meta.label_lower, subject_id=order.pk)
    if changes.filter(target=OrderState.CANCELLED, reason=_CODE_USED).exists():
        raise _refused(used_by_them())


def _refused(refusal: Refusal) -> problems.Problem:
    return problems.Problem(409, refusal.reason, refusal.text)


@router.get("/{reference}", response=OrderOut)
def get_order(request: HttpRequest, reference: str) -> OrderOut:
    """Tickets and their tokens for the buyer and for members who may see orders."""
    caller = caller_of(request)
    return _order_out(_load(request, caller, reference), with_tickets=True)


@router.post("/{reference}/payments", response={201: PaymentOut})
def create_payment(request: HttpRequest, reference: str, body: PaymentIn) -> Status[PaymentOut]:
    """
    Asking again with the same provider gives the same payment. An order of nothing, or one that a gift
    voucher pays, is confirmed at once.
    """
    order = _load(request, caller_of(request), reference)
    at = now()
    try:
        if not order.due:
            if order.state not in {OrderState.PAID, OrderState.COMPLETED}:
                finish_free(order, at=at)
            free = PaymentOut(reference=order.reference, status="captured", approval_url=None)
            return Status(201, free)
        payment = start_payment(order, Kind(body.provider), _addresses(order), at=at)
    except NotPayable as error:
        raise problems.Problem(409, "not_payable", "It is paid, or its time is up.") from error
    except DetailsMissing as error:
        text = "The order has no name and e-mail yet: finish it on its page."
        raise problems.Problem(409, "details_missing", text) from error
    except (NotOurs, PlacesGone) as error:
        raise _gone(error) from error
    except (Declined, Unsupported, Invalid, NotPermitted) as error:
        text = "This provider does not take this payment."
        raise problems.Problem(409, "provider_refused", text) from error
    except GatewayError as error:
        text = "The provider could not be asked. The places are kept; try again."
        raise problems.Problem(503, "provider_unavailable", text, retry_after=10) from error
    begun = PaymentOut(
        reference=payment.reference, status=payment.state, approval_url=payment.redirect_url or None
    )
    return Status(201, begun)


def _gone(error: NotOurs | PlacesGone) -> problems.Problem:
    if isinstance(error, VoucherGone):
        text = "Its gift voucher does not pay any more: place the order again without it."
        return problems.Problem(409, "voucher_gone", text)
    return problems.Problem(409, "places_gone", "Its time was up and the places are gone.")


@router.post("/{reference}/cancellation", response=OrderOut)
def cancel_order(request: HttpRequest, reference: str, body: CancellationIn) -> OrderOut:
    """Only while it is unpaid."""
    caller = caller_of(request)
    order = _load(request, caller, reference)
    try:
        cancelled = cancel(order, actor=caller.name, reason=body.reason, at=now())
    except NotCancellable as error:
        text = "It is paid, or its payment is on the way."
        raise problems.Problem(409, "not_cancellable", text) from error
    except GatewayError as error:
        text = "The provider could not be asked; try again."
        raise problems.Problem(503, "provider_unavailable", text, retry_after=10) from error
    return _order_out(cancelled)


def _load(request: HttpRequest, caller: Caller, reference: str) -> Order:
    order = (
        Order.objects.select_related("event", "organizer", "code", "voucher")
        .prefetch_related("lines")
        .filter(reference=reference)
        .first()
    )
    if order is None or not _may_see(request, caller, order):
        raise problems.not_found("order")
    return order


def _may_see(request: HttpRequest, caller: Caller, order: Order) -> bool:
    key = request.headers.get("X-Order-Key") or request.GET.get("key", "")
    if key and opens(order, key):
        return True
    if caller.user is not None and order.user_id == caller.user.pk:
        return True
    return caller.may(Capability.SEE_ORDERS, order.organizer) or may_open(request, order)


def _order_out(order: Order, *, with_key: bool = False, with_tickets: bool = False) -> OrderOut:
    unpaid = order.state in UNPAID  # then there is neither a ticket nor a refund to look for
    tickets = tickets_of(order) if with_tickets and not unpaid else []
    return OrderOut(
        reference=order.reference,
        status=order.state if unpaid else status_of(order, refunds_told(order)),
        expires_at=order.pay_by,
        total=Amount(amount_minor=order.total_minor, currency=order.currency),
        buyer_fee=Amount(amount_minor=order.buyer_fee_minor, currency=order.currency),
        code=order.code.text if order.code is not None else "",
        discount=Amount(amount_minor=order.discount_minor, currency=order.currency),
        invoice=InvoiceTo(**order.billing) if order.billing else None,
        by_voucher=Amount(amount_minor=order.voucher_minor, currency=order.currency),
        due=Amount(amount_minor=order.due.minor, currency=order.currency),
        lines=[
            LineOut(
                variant=line.variant_id,
                name=line.name,
                quantity=line.quantity,
                unit_price=Amount(amount_minor=line.unit_price_minor, currency=order.currency),
                total=Amount(amount_minor=line.total_minor, currency=order.currency),
                buyer_fee=Amount(amount_minor=line.buyer_fee_minor, currency=order.currency),
                discount=Amount(amount_minor=line.discount_minor, currency=order.currency),
            )
            for line in order.lines.all()
        ],
        url=settings.PUBLIC_URL + reverse("orders:order", args=[order.reference]),
        key=order_key(order) if with_key else None,
        tickets=[TicketOut(reference=t.reference, status=t.state, token=token(t)) for t in tickets]
        if with_tickets
        else None,
        refunds=[] if unpaid else refunds_out(order),
    )


def _addresses(order: Order) -> Addresses:
    return Addresses(
        return_url=settings.PUBLIC_URL + reverse("orders:return", args=[order.reference]),
        cancel_url=settings.PUBLIC_URL + reverse("orders:order", args=[order.reference]),
    )


def _hash(body: OrderIn) -> str:
    said = body.dict()
    for name in ("code", "invoice", "voucher"):
        if not said[name]:
            del said[name]  # as before there was such a field
    canonical = json.dumps(said, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
