from __future__ import annotations

from django.http import HttpRequest
from django.utils.timezone import now
from ninja import Router, Status

from apps.api import problems
from apps.api.v1.checkin.calling import BY_DEVICE, Rate, device_calling
from apps.api.v1.checkin.schemas import (
    REFUSED,
    REFUSED_OR_MISSING,
    GuestOut,
    GuestsOut,
    NoteIn,
    NoteOut,
)
from apps.checkin.describe import ms
from apps.checkin.selectors import guests
from apps.checkin.services.note import write_note
from apps.core.references import normalise
from apps.tickets.models import Ticket

LOOKUPS, NOTES = Rate(60, 60), Rate(30, 60)

router = Router()


@router.get(
    "/guests", response={200: GuestsOut, **REFUSED}, openapi_extra=BY_DEVICE, summary="Find a guest"
)
def find_guests(request: HttpRequest, q: str = "") -> GuestsOut:
    """
    By a part of the name, accents ignored, by a part of the e-mail address with its @, or by the start of
    the reference of ticket or order. The answer holds no addresses.
    """
    device = device_calling(request, "guests", LOOKUPS)
    found = guests(device.event, q.replace("\x00", "")[:254])
    return GuestsOut(guests=[_guest(ticket) for ticket in found])


@router.post(
    "/notes",
    response={201: NoteOut, **REFUSED_OR_MISSING},
    openapi_extra=BY_DEVICE,
    summary="A note on a guest",
)
def create_note(request: HttpRequest, body: NoteIn) -> Status[NoteOut]:
    """What the door should know of a guest; it replaces the note before."""
    device = device_calling(request, "notes", NOTES)
    reference = normalise(body.ticket)
    ticket = Ticket.objects.filter(event=device.event, reference=reference).first()
    if ticket is None:
        raise problems.not_found("ticket")
    note = write_note(ticket, body.text, actor=device.actor, at=now())
    return Status(201, NoteOut(ticket=ticket.reference, text=note.text, at=ms(note.at)))


def _guest(ticket: Ticket) -> GuestOut:
    return GuestOut(
        reference=ticket.reference,
        holder=ticket.holder_name,
        variant=ticket.variant_id,
        variant_name=ticket.variant.name,
        access_level=ticket.access_level,
        state=ticket.state,
        place=ticket.place_label,
        note=_last_note(ticket),
        entries=[
            (ms(e.at), ms(e.left_at) if e.left_at else None, e.gate_id, e.device_name)
            for e in ticket.entries.all()
        ],
    )


def _last_note(ticket: Ticket) -> str:
    notes = sorted(ticket.notes.all(), key=lambda note: note.pk)
    return notes[-1].text if notes else ""
