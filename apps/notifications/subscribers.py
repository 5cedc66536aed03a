"""Facts become mails. Each fact gives at most one mail per person, however often it is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from apps.accounts.models import Invitation, Organizer, PayoutMethod, User
from apps.accounts.roles import Capability
from apps.accounts.selectors import operators, team_of
from apps.events.models import Event
from apps.events.states import EventState
from apps.invoices.models import Invoice
from apps.notifications.mail import send
from apps.notifications.models import Mail
from apps.notifications.services.queue import NewMail, queue_mail, to_buyer
from apps.notifications.services.resend import TooSoon, resend_tickets
from apps.notifications.services.tell_holders import tell_holder, tell_holders
from apps.orders.models import Order
from apps.outbox.models import Message
from apps.payouts.models import Payout, PayPalProof
from apps.reconciliation.models import Case
from apps.vouchers.models import GiftVoucher

LINKS_PAUSE = timedelta(minutes=5)


def send_mail(message: Message, *, at: datetime) -> None:
    send(Mail.objects.select_related("organizer").get(pk=message.payload["id"]), at=at)


def holders_to_tell(message: Message, *, at: datetime) -> None:
    """Of an event that was called off."""
    event = Event.objects.get(pk=message.payload["id"])
    tell_holders(event, after=message.payload.get("after", 0), at=at)


def order_confirmed(message: Message, *, at: datetime) -> None:
    _tell_buyer("order_confirmed", message, at=at)
    order = Order.objects.select_related("organizer", "event").get(pk=message.payload["id"])
    if order.event.state == EventState.CANCELLED and order.email:
        # Called off in the very moment it was paid: whoever tells the holders may have passed it.
        tell_holder(order, at=at)


def address_corrected(message: Message, *, at: datetime) -> None:
    _tell_buyer("address_corrected", message, at=at, once_per=f"message:{message.pk}")


def payment_failed(message: Message, *, at: datetime) -> None:
    _tell_buyer("payment_failed", message, at=at, once_per=f"payment:{message.payload['payment']}")


def order_expired(message: Message, *, at: datetime) -> None:
    _tell_buyer("order_expired", message, at=at)


def refund_requested(message: Message, *, at: datetime) -> None:
    kind = "surplus_refunded" if message.payload["surplus"] else "order_refunded"
    decided, refund = message.payload["order_refund"], message.payload["refund"]
    once_per = f"order_refund:{decided}" if decided else f"refund:{refund}"
    _tell_buyer(kind, message, at=at, once_per=once_per)


def refund_failed(message: Message, *, at: datetime) -> None:
    _tell_buyer("refund_failed", message, at=at, once_per=f"refund:{message.payload['refund']}")


def voucher_issued(message: Message, *, at: datetime) -> None:
    _tell_holder_of_voucher("voucher_issued", message, at=at)


def voucher_taken_back(message: Message, *, at: datetime) -> None:
    _tell_holder_of_voucher("voucher_taken_back", message, at=at)


def tickets_wanted(message: Message, *, at: datetime) -> None:
    """Somebody who may see the order asked for its mail again."""
    order = Order.objects.select_related("organizer").get(pk=message.payload["id"])
    try:
        resend_tickets(order, at=at)
    except TooSoon:
        return


def links_wanted(message: Message, *, at: datetime) -> None:
    """Somebody typed an address and lost their link; the message is about its newest order."""
    order = Order.objects.get(pk=message.payload["id"])
    recent = Mail.objects.filter(kind="links", to=order.email, created_at__gt=at - LINKS_PAUSE)
    if recent.exists():
        return
    new = NewMail(
        kind="links",
        to=order.email,
        language=order.language,
        dedupe_key=f"links:{message.pk}",
        about=order,
    )
    queue_mail(new, at=at)


def organizer_applied(message: Message, *, at: datetime) -> None:
    organizer = Organizer.objects.get(pk=message.payload["id"])
    for operator in operators():
        _tell(operator, "organizer_applied", organizer, message, at=at)


def organizer_approved(message: Message, *, at: datetime) -> None:
    _tell_managers("organizer_approved", message, at=at)


def organizer_rejected(message: Message, *, at: datetime) -> None:
    _tell_managers("organizer_rejected", message, at=at)


def organizer_suspended(message: Message, *, at: datetime) -> None:
    _tell_managers("organizer_suspended", message, at=at)


def invited(message: Message, *, at: datetime) -> None:
    invitation = Invitation.objects.select_related("organizer").filter(pk=message.payload["id"])
    for one in invitation:
        new = NewMail(
            kind="invitation",
            to=one.email,
            language=one.organizer.language,
            dedupe_key=f"invitation:{one.pk}",
            about=one,
            organizer=one.organizer,
        )
        queue_mail(new, at=at)


def address_to_prove(message: Message, *, at: datetime) -> None:
    """Whoever reads it can type its code."""
    proof = PayPalProof.objects.select_related("organizer").get(pk=message.payload["id"])
    new = NewMail(
        kind="payout_address_proof",
        to=proof.address,
        language=proof.organizer.language,
        dedupe_key=f"payout_address_proof:{proof.pk}",
        about=proof,
        organizer=proof.organizer,
    )
    queue_mail(new, at=at)


def payout_waits(message: Message, *, at: datetime) -> None:
    """Whoever was the first of the two persons need not be told."""
    payout = Payout.objects.select_related("organizer").get(pk=message.payload["id"])
    for operator in operators():
        if operator.actor != message.payload["first"]:
            _tell(operator, "payout_waits", payout, message, at=at)


def invoice_issued(message: Message, *, at: datetime) -> None:
    """Companies get theirs by mail; everybody's is on the page of the order, and a receipt is no news."""
    joined = Invoice.objects.select_related("order__organizer", "organizer")
    invoice = joined.get(pk=message.payload["id"])
    if not invoice.is_electronic:
        return
    if invoice.order is None:
        for payee in team_of(invoice.organizer, to=Capability.MANAGE_PAYOUTS):
            _tell(payee, "fees_billed", invoice, message, at=at)
    elif invoice.order.email:
        context = {"invoice": invoice.pk}
        key = f"invoice_ready:{invoice.pk}"
        new = to_buyer("invoice_ready", invoice.order, dedupe_key=key, context=context)
        queue_mail(new, at=at)


def payout_paid(message: Message, *, at: datetime) -> None:
    _tell_payees("payout_paid", message, at=at)


def payout_failed(message: Message, *, at: datetime) -> None:
    _tell_payees("payout_failed", message, at=at)


def payout_returned(message: Message, *, at: datetime) -> None:
    _tell_payees("payout_returned", message, at=at)


def payout_unclaimed(message: Message, *, at: datetime) -> None:
    _tell_payees("payout_unclaimed", message, at=at)


def payout_bank_refused(message: Message, *, at: datetime) -> None:
    method = PayoutMethod.objects.select_related("organizer").get(pk=message.payload["id"])
    for owner in team_of(method.organizer, to=Capability.MANAGE_PAYOUTS):
        _tell(owner, "payout_bank_refused", method, message, at=at)


def payout_method_changed(message: Message, *, at: datetime) -> None:
    method = PayoutMethod.objects.select_related("organizer").get(pk=message.payload["id"])
    for owner in team_of(method.organizer, to=Capability.MANAGE_PAYOUTS):
        _tell(owner, "payout_method_changed", method, message, at=at)
    replaced = message.payload.get("replaced", "")
    if "@" in replaced:
        # The mailbox that was paid so far belongs to them, whoever sits at the console now.
        new = NewMail(
            kind="payout_account_replaced",
            to=replaced,
            language=method.organizer.language,
            dedupe_key=f"payout_account_replaced:{message.pk}",
            about=method,
            organizer=method.organizer,
        )
        queue_mail(new, at=at)


def cases_waiting(message: Message, *, at: datetime) -> None:
    """One mail a day to each operator, however often it is told."""
    oldest = Case.objects.get(pk=message.payload["id"])
    for operator in operators():
        new = NewMail(
            kind="cases_waiting",
            to=operator.email,
            language=operator.language,
            dedupe_key=f"cases_waiting:{at:%Y-%m-%d}:{operator.pk}",
            about=oldest,
        )
        queue_mail(new, at=at)


def _tell_buyer(kind: str, message: Message, *, at: datetime, once_per: str = "") -> None:
    """Nobody is told who has typed no address yet."""
    order = Order.objects.select_related("organizer").get(pk=message.payload["id"])
    if not order.email:
        return
    wanted = ("refund", "order_refund")
    context = {name: message.payload[name] for name in wanted if name in message.payload}
    key = f"{kind}:{order.pk}:{once_per}"
    queue_mail(to_buyer(kind, order, dedupe_key=key, context=context), at=at)


def _tell_holder_of_voucher(kind: str, message: Message, *, at: datetime) -> None:
    """Unless it was handed over on paper."""
    voucher = GiftVoucher.objects.select_related("organizer").get(pk=message.payload["id"])
    if not voucher.recipient_email:
        return
    new = NewMail(
        kind=kind,
        to=voucher.recipient_email,
        language=voucher.language,
        dedupe_key=f"{kind}:{voucher.pk}",
        about=voucher,
        organizer=voucher.organizer,
        context={"amount": message.payload.get("amount", 0)},
    )
    queue_mail(new, at=at)


def _tell_managers(kind: str, message: Message, *, at: datetime) -> None:
    organizer = Organizer.objects.get(pk=message.payload["id"])
    for manager in team_of(organizer, to=Capability.MANAGE_ORGANIZER):
        _tell(manager, kind, organizer, message, at=at)


def _tell_payees(kind: str, message: Message, *, at: datetime) -> None:
    payout = Payout.objects.select_related("organizer").get(pk=message.payload["id"])
    for payee in team_of(payout.organizer, to=Capability.MANAGE_PAYOUTS):
        _tell(payee, kind, payout, message, at=at)


def _tell(
    user: User,
    kind: str,
    about: Organizer | Payout | PayoutMethod | Invoice,
    message: Message,
    *,
    at: datetime,
) -> None:
    new = NewMail(
        kind=kind,
        to=user.email,
        language=user.language,
        dedupe_key=f"{kind}:{message.pk}:{user.pk}",
        about=about,
        organizer=about if isinstance(about, Organizer) else about.organizer,
        context={"reason": message.payload.get("reason", "")},
    )
    queue_mail(new, at=at)
