from __future__ import annotations

import io
import zlib
from datetime import timedelta

import pytest
from django.utils import translation
from PIL import Image

from apps.tickets import drawing, pdf, qr
from apps.tickets.models import Ticket
from apps.tickets.tokens import token
from tests.factories.door import make_ticket
from tests.factories.selling import make_event, make_organizer

pytestmark = pytest.mark.django_db


def pages(document: bytes) -> int:
    return document.count(b"/Type /Page\n")


def fonts(document: bytes) -> set[str]:
    return {name for name in ("Archivo", "InstrumentSans", "NotoSans") if name.encode() in document}


def texts(document: bytes) -> bytes:
    """All streams that inflate, in one."""
    found = []
    for part in document.split(b"stream\n")[1:]:
        try:
            found.append(zlib.decompress(part))
        except zlib.error:
            continue
    return b"\n".join(found)


def test_one_page_per_ticket() -> None:
    event = make_event(make_organizer())
    tickets = [make_ticket(event, holder_name=name) for name in ("Mira", "Jürgen Weiß-Größe")]
    document = pdf.tickets_pdf(tickets)
    assert document.startswith(b"%PDF-")
    assert pages(document) == 2


def test_it_is_drawn_in_the_events_colour() -> None:
    event = make_event(make_organizer(brand_colour="#0033aa"))
    assert b"0 0.2 0.6667 rg" in texts(drawing.draw([make_ticket(event)]))


def test_other_scripts_and_endless_words_are_drawn() -> None:
    title = "Ночь музыки und die Donaudampfschifffahrtsgesellschaftskapitänswitwe"
    event = make_event(make_organizer(), title=title, doors_at=None)
    plain = drawing.draw([make_ticket(make_event(make_organizer()))])
    document = drawing.draw([make_ticket(event, holder_name="Ольга Ίων Nguyễn")])
    assert fonts(plain) == {"Archivo", "InstrumentSans"}
    assert fonts(document) == {"Archivo", "InstrumentSans", "NotoSans"}
    assert pages(document) == 1


def test_it_is_kept_until_something_on_it_changes() -> None:
    ticket = make_ticket()
    first = pdf.tickets_pdf([ticket])
    assert pdf.tickets_pdf([Ticket.objects.get(pk=ticket.pk)]) == first
    ticket.holder_name = "Jonas Wieland"
    assert pdf.tickets_pdf([ticket]) != first


def test_it_speaks_the_readers_language() -> None:
    ticket = make_ticket()
    with translation.override("de"):
        german = pdf.tickets_pdf([ticket])
    assert b"/Lang (de)" in german
    assert b"/Lang (en)" in pdf.tickets_pdf([ticket])


def test_the_doors_may_open_before_the_start() -> None:
    event = make_event(make_organizer())
    event.doors_at = event.starts_at - timedelta(hours=1)
    ticket = make_ticket(event)
    assert pages(drawing.draw([ticket])) == 1


def test_the_code_is_black_on_white_with_a_quiet_zone() -> None:
    picture = Image.open(io.BytesIO(qr.png(token(make_ticket())))).convert("L")
    zone = qr.QUIET_ZONE_MODULES * qr.PNG_PIXELS_PER_MODULE
    width, height = picture.size
    assert width == height
    assert picture.crop((0, 0, width, zone)).getextrema() == (255, 255)
    assert picture.crop((0, 0, zone, height)).getextrema() == (255, 255)
    assert picture.getpixel((zone, zone)) == 0


def test_the_code_as_svg_has_no_style_of_its_own() -> None:
    drawn = qr.svg(token(make_ticket()))
    assert drawn.startswith("<svg ")
    assert "style" not in drawn
    assert "class" not in drawn
    assert 'viewBox="0 0' in drawn
