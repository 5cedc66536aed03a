"""The pack as a bank reads it: short lines, oldest first, in English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from django.utils import translation

from apps.console.evidence.pack import Pack
from apps.notifications.kind_words import mail_words
from apps.payments.gateways.disputes import Evidence


def evidence_of(pack: Pack, statement: str) -> Evidence:
    order, event = pack["order"], pack["event"]
    bought = ", ".join(f"{line['quantity']} x {line['name']}" for line in order["lines"])
    where = f"{event['title']}, {event['venue']}, {event['starts_at']}"
    return Evidence(
        statement=statement,
        product=f"Order {order['reference']}: {bought}. {where}. Seller: {event['organizer']}.",
        buyer_name=order["buyer_name"],
        buyer_email=order["buyer_email"],
        service_date=event["starts_at"][:10],
        activity="\n".join(text for _, text in sorted(activity(pack))),
        policy=_policy(pack),
    )


def activity(pack: Pack) -> Iterator[tuple[str, str]]:
    """Time and line of everything that happened."""
    order, terms = pack["order"], pack["terms"]
    moments = [
        (order["ordered_at"], "ordered"),
        (terms["accepted_at"], f"accepted the terms, version {terms['version']}"),
        (order["paid_at"], f"paid {order['total']}"),
    ]
    moments += [
        (mail["sent_at"], f'mail "{_called(mail["kind"])}" to {mail["to"]}: {mail["state"]}')
        for mail in pack["mails"]
    ]
    for ticket in pack["tickets"]:
        name = f"ticket {ticket['reference']}"
        moments += [(v["at"], f"{name} opened as {v['what']}") for v in ticket["looked_at"]]
        moments += [
            (s["at"], f"{name} scanned at {s['gate'] or 'the door'}: {s['verdict']}")
            for s in ticket["scans"]
        ]
        moments += [
            (e["at"], f"{name} admitted at {e['gate'] or 'the door'}") for e in ticket["entries"]
        ]
    moments += [
        (r["requested_at"], f"refund of {r['amount']}: {r['state']}") for r in pack["refunds"]
    ]
    return ((at, f"{plainly(at)} {what}") for at, what in moments if at)


def _called(kind: str) -> str:
    with translation.override("en"):
        return str(mail_words(kind))


def plainly(at: str) -> str:
    """ "2026-11-28 21:54 UTC"; nothing for what never was."""
    return at and f"{datetime.fromisoformat(at).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _policy(pack: Pack) -> str:
    terms = pack["terms"]
    if not terms["accepted_at"]:
        return ""
    head = f"Accepted by ordering at {terms['accepted_at']} (terms, version {terms['version']})."
    refunds = "\n".join(
        f"{line['name']}: {line['refund_policy']}" for line in pack["order"]["lines"]
    )
    parts = (head, refunds, terms["withdrawal_notice"], terms["terms"])
    return "\n\n".join(part for part in parts if part)
