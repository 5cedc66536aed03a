"""
What is on record about a disputed order, as plain values: who bought what on which terms, what reached
them, and what they did with it. No address hash, nothing of other buyers.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import translation

from apps.accounts.models import LegalTexts, Organizer
from apps.checkin.models import Entry, Scan
from apps.core.money import Money
from apps.notifications.models import Mail
from apps.orders.models import Order, OrderLine
from apps.payments.models import Dispute, Refund
from apps.payments.states import RefundState
from apps.tickets.models import Ticket, TicketView
from apps.variants.refund_policy import in_words

Pack = dict[str, Any]


def collect(dispute: Dispute, order: Order, *, at: datetime) -> Pack:
    payment = dispute.payment
    return {
        "made_at": _time(at),
        "dispute": {
            "id": dispute.provider_id,
            "provider": dispute.provider,
            "amount": _money(dispute.amount),
            "reason": dispute.reason,
            "opened_at": _time(dispute.opened_at),
            "evidence_due_at": _time(dispute.due_at),
        },
        "payment": {
            "reference": payment.reference,
            "amount": _money(payment.amount),
            "captured_at": _time(payment.captured_at),
            **{f"{name}_id": key for name, key in sorted(payment.ids.items())},
        },
        "order": _order(order),
        "event": _event(order),
        "terms": _terms(order),
        "mails": [_mail(mail) for mail in Mail.objects.about(order).order_by("pk")],
        "tickets": _tickets(order),
        "refunds": _refunds(order),
    }


def _order(order: Order) -> Pack:
    return {
        "reference": order.reference,
        "ordered_at": _time(order.created_at),
        "paid_at": _time(order.paid_at),
        "channel": order.channel,
        "buyer_name": order.name,
        "buyer_email": order.email,
        "total": _money(order.total),
        "lines": [
            {
                "name": line.name,
                "quantity": line.quantity,
                "unit_price": _money(Money(line.unit_price_minor, order.currency)),
                "total": _money(Money(line.total_minor, order.currency)),
                "tax_percent": str(line.tax_rate),
                "refund_policy": _policy(line),
            }
            for line in order.lines.order_by("pk")
        ],
    }


def _policy(line: OrderLine) -> str:
    """As it was when this was ordered; in English like all that a bank reads."""
    with translation.override("en"):
        return in_words(line.refund_policy, line.order.event.zone)


def _event(order: Order) -> Pack:
    event = order.event
    return {
        "title": event.title,
        "state": event.state,
        "starts_at": _time(event.starts_at.astimezone(event.zone)),
        "ends_at": _time(event.ends_at.astimezone(event.zone)),
        "venue": event.venue.name,
        "organizer": order.organizer.name,
    }


def _terms(order: Order) -> Pack:
    """The words of the version that was accepted, whatever they are today."""
    organizer = order.organizer
    texts = LegalTexts.objects.filter(organizer=organizer, version=order.terms_version)
    accepted: LegalTexts | Organizer | None = texts.first()
    if accepted is None and organizer.terms_version == order.terms_version:
        accepted = organizer  # a first version goes on record only when it is changed
    return {
        "version": order.terms_version,
        "accepted_at": _time(order.terms_accepted_at),
        "terms": accepted.terms if accepted else "",
        "withdrawal_notice": accepted.withdrawal_notice if accepted else "",
    }


def _mail(mail: Mail) -> Pack:
    """That it was sent, and to whom; its words are forgotten after a while."""
    return {
        "kind": mail.kind,
        "to": mail.to,
        "state": mail.state,
        "sent_at": _time(mail.sent_at),
        "provider_id": mail.provider_id,
    }


def _tickets(order: Order) -> list[Pack]:
    tickets = Ticket.objects.filter(unit__line__order=order).select_related("variant")
    return [_ticket(ticket, order) for ticket in tickets.order_by("pk")]


def _ticket(ticket: Ticket, order: Order) -> Pack:
    entries = Entry.objects.filter(ticket=ticket, undone_at=None).select_related("gate")
    scans = Scan.objects.filter(ticket=ticket).select_related("gate")
    views = TicketView.objects.filter(ticket=ticket)
    return {
        "reference": ticket.reference,
        "holder": ticket.holder_name or order.name,
        "variant": ticket.variant.name,
        "seat": ticket.place_label,
        "state": ticket.state,
        "issued_at": _time(ticket.issued_at),
        "looked_at": [{"at": _time(v.seen_at), "what": v.what} for v in views.order_by("pk")],
        "scans": [
            {
                "at": _time(s.happened_at),
                "gate": s.gate.name if s.gate else "",
                "verdict": s.verdict,
            }
            for s in scans.order_by("happened_at")
        ],
        "entries": [
            {"at": _time(e.at), "gate": e.gate.name if e.gate else "", "device": e.device_name}
            for e in entries.order_by("at")
        ],
    }


def _refunds(order: Order) -> list[Pack]:
    refunds = Refund.objects.filter(payment__order_payment__order=order).select_related("payment")
    return [
        {
            "amount": _money(refund.amount),
            "state": refund.state,
            "requested_at": _time(refund.created_at),
            "provider_id": refund.provider_id,
        }
        for refund in refunds.exclude(state=RefundState.CANCELLED).order_by("pk")
    ]


def _time(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else ""


def _money(money: Money) -> str:
    return f"{money.plain()} {money.currency}"
