"""The pack on paper, to be read by people and uploaded where a provider takes files."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import XPos, YPos

from apps.console.evidence.pack import Pack
from apps.console.evidence.words import activity, plainly
from apps.console.words import provider_words
from apps.tickets.faces import OTHER_SCRIPTS, STRONG, TEXT
from apps.tickets.lettering import add_face

MARGIN, LABEL, LINE = 18.0, 48.0, 5.0
Fact = tuple[str, str]


def evidence_pdf(pack: Pack, statement: str = "") -> bytes:
    """In the active language; what is quoted stays as it was written."""
    paper = FPDF(format="A4")
    paper.set_margins(MARGIN, MARGIN)
    paper.set_auto_page_break(True, margin=MARGIN)
    for family in (TEXT, STRONG, OTHER_SCRIPTS):
        add_face(paper, family)
    paper.set_fallback_fonts([OTHER_SCRIPTS], exact_match=False)
    title = _("Evidence for dispute %(id)s") % {"id": pack["dispute"]["id"]}
    paper.set_title(title)
    paper.add_page()
    _words(paper, title, family=STRONG, points=17, height=9)
    if statement:
        _part(paper, _("Statement"))
        _words(paper, statement)
    for heading, facts in _sections(pack):
        _part(paper, heading)
        for label, value in facts:
            _fact(paper, label, value)
    _part(paper, _("What happened"))
    for _at, line in sorted(activity(pack)):
        _words(paper, line)
    for heading, text in _texts(pack):
        _part(paper, heading)
        _words(paper, text, points=8, height=4)
    return bytes(paper.output())


def _sections(pack: Pack) -> Iterator[tuple[str, list[Fact]]]:
    dispute, order, event = pack["dispute"], pack["order"], pack["event"]
    yield (
        _("Dispute"),
        [
            (_("Provider"), provider_words(dispute["provider"])),
            (_("Amount"), dispute["amount"]),
            (_("Reason"), dispute["reason"]),
            (_("Opened"), plainly(dispute["opened_at"])),
        ],
    )
    yield (
        _("Order"),
        [
            (_("Order"), order["reference"]),
            (_("Buyer"), f"{order['buyer_name']} <{order['buyer_email']}>"),
            (_("Ordered"), plainly(order["ordered_at"])),
            (_("Paid"), plainly(order["paid_at"])),
            *(
                (line["name"], f"{line['quantity']} x {line['unit_price']}")
                for line in order["lines"]
            ),
            (_("Total"), order["total"]),
        ],
    )
    yield (
        _("Refund policy"),
        [(line["name"], line["refund_policy"]) for line in order["lines"]],
    )
    yield (
        _("Event"),
        [
            (_("Event"), event["title"]),
            (_("Venue"), event["venue"]),
            (_("Begins"), event["starts_at"]),
            (_("Organizer"), event["organizer"]),
        ],
    )
    yield (
        _("Payment"),
        [
            (_spoken(name), plainly(value) if name.endswith("_at") else value)
            for name, value in pack["payment"].items()
            if value
        ],
    )
    yield (
        _("Tickets"),
        [
            (ticket["reference"], f"{ticket['variant']}, {ticket['holder']}: {ticket['state']}")
            for ticket in pack["tickets"]
        ],
    )


def _spoken(name: str) -> str:
    """ "captured_at" as "Captured", "charge_id" as "Charge id": what the bank files it under."""
    return name.removesuffix("_at").replace("_", " ").capitalize()


def _texts(pack: Pack) -> Iterator[Fact]:
    terms = pack["terms"]
    named = {"version": terms["version"], "at": plainly(terms["accepted_at"])}
    if terms["terms"]:
        yield _("Terms, version %(version)s, accepted %(at)s") % named, terms["terms"]
    if terms["withdrawal_notice"]:
        yield _("Withdrawal and refunds"), terms["withdrawal_notice"]


def _part(paper: FPDF, heading: str) -> None:
    paper.ln(4)
    _words(paper, heading, family=STRONG, points=11, height=7)


def _fact(paper: FPDF, label: str, value: str) -> None:
    paper.set_font(TEXT, size=9)
    paper.set_text_color("#4b535c")
    paper.cell(LABEL, LINE, label, new_x=XPos.RIGHT, new_y=YPos.TOP)
    paper.set_text_color("#0a0b0d")
    paper.multi_cell(0, LINE, value or "–", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _words(
    paper: FPDF, text: str, *, family: str = TEXT, points: float = 9, height: float = LINE
) -> None:
    paper.set_text_color("#0a0b0d")
    paper.set_font(family, size=points)
    paper.multi_cell(0, height, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
