"""What is on sale: made through the services, the masses by SQL."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min

from apps.accounts.models import Membership, Organizer, User
from apps.accounts.roles import Role
from apps.accounts.services.api_keys import create_api_key
from apps.checkin.models import Gate, Pairing
from apps.checkin.services.gates import save_gate
from apps.checkin.services.pair import offer
from apps.events.models import Event
from apps.events.services.publish import publish
from apps.inventory.models import Quota
from apps.inventory.resize import resize
from apps.orders.services.rebind import rebind_variant
from apps.seating.models import Venue
from apps.tickets.models import Ticket
from apps.tickets.services.issue import TicketWish, issue
from apps.tickets.tokens import token
from apps.variants.models import Variant
from apps.variants.services.go_live import go_live

ACTOR = "bench"
_numbers = itertools.count(1)

_MANY_TICKETS = """
    INSERT INTO tickets_ticket
        (reference, event_id, variant_id, state, version, holder_name, access_level, place_label, issued_at)
    SELECT upper(substr(md5(%(event)s || '-' || n), 1, 12)), %(event)s, %(variant)s, 'valid', 1,
           'Mira Sandberg', '', '', %(at)s
    FROM generate_series(1, %(count)s) AS n ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Show:
    """
    :param variants: ids; each draws from the house and, when it has one, from a quota of its own.
    """

    event: Event
    variants: tuple[int, ...]
    house: int
    capacity: int
    gate: int


@dataclass(frozen=True, slots=True)
class Keys:
    """Secrets of the organizer's programs, and the id of the door's."""

    sales: str
    door: str
    door_id: int


def organizer() -> Organizer:
    """The demo's, which is approved and can be paid."""
    return Organizer.objects.get(slug="ensemble-lichtbogen")


def owner() -> User:
    memberships = Membership.objects.select_related("user")
    return memberships.get(organizer=organizer(), role=Role.OWNER).user


def make_keys(*, at: datetime) -> Keys:
    made = {
        role: create_api_key(
            organizer(), name=f"bench {role} {at:%F %T}", role=role, by=owner(), at=at
        )
        for role in (Role.ADMIN, Role.STAFF)
    }
    door, secret = made[Role.STAFF]
    return Keys(sales=made[Role.ADMIN][1], door=secret, door_id=door.pk)


@transaction.atomic
def make_show(capacity: int, tiers: Sequence[int | None], *, at: datetime) -> Show:
    """
    :param tiers: capacity of each variant's own quota; None: only the house limits it.
    """
    number = next(_numbers)
    event = Event.objects.create(
        organizer=organizer(),
        venue=Venue.objects.filter(organizer=organizer()).order_by("pk")[0],
        title=f"Probe {number}",
        slug=f"probe-{number}",
        summary="Zwölf Celli, ein leeres Dock.",
        description="Das Ensemble spielt ein neues Stück für den größten Raum der Stadt.\n\n" * 3,
        starts_at=at + timedelta(hours=3),
        ends_at=at + timedelta(hours=5),
        max_attendees=capacity,
    )
    house = Quota.objects.create(event=event, name="Haus", is_event_cap=True)
    resize(house, capacity)
    variants = [_variant(event, house, tier, at=at) for tier in tiers]
    gate = Gate.objects.create(event=event, name="Tor A")
    publish(event, actor=ACTOR, at=at)
    return Show(event, tuple(variant.pk for variant in variants), house.pk, capacity, gate.pk)


def _variant(event: Event, house: Quota, tier: int | None, *, at: datetime) -> Variant:
    variant = Variant.objects.create(
        event=event, name=f"Kategorie {next(_numbers)}", price_minor=3800, max_per_order=8
    )
    quotas = [house]
    if tier is not None:
        quotas.append(Quota.objects.create(event=event, name=variant.name))
        resize(quotas[-1], tier)
    rebind_variant(variant, quotas)
    go_live(variant, actor=ACTOR, at=at)
    return variant


def make_tickets(show: Show, count: int, *, at: datetime) -> None:
    """Rows only, to have many."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MANY_TICKETS,
            {"event": show.event.pk, "variant": show.variants[0], "at": at, "count": count},
        )


def codes(show: Show, count: int, *, at: datetime) -> Iterator[str]:
    """Of `count` new tickets, as their buyers would show them."""
    return iter([token(ticket) for ticket in new_tickets(show, count, at=at)])


def new_tickets(show: Show, count: int, *, at: datetime) -> list[Ticket]:
    wish = TicketWish(Variant.objects.get(pk=show.variants[0]), "Mira Sandberg")
    return issue(event=show.event, wanted=[wish] * count, at=at)


def two_gates(show: Show, *, at: datetime) -> tuple[Gate, Gate]:
    gates = (Gate.objects.get(pk=show.gate), Gate(event=show.event, name="Tor B"))
    for gate in gates:
        save_gate(gate, at=at)
    return gates


def pairing_code(event: Event, *, at: datetime) -> str:
    return offer(Pairing(event=event, name="bench"), user=owner(), at=at)


def ticket_ids(show: Show) -> tuple[int, int]:
    """The first and the last."""
    ends = Ticket.objects.filter(event=show.event).aggregate(first=Min("pk"), last=Max("pk"))
    return ends["first"], ends["last"]


def analyse() -> None:
    """What autovacuum and the checkpointer would have done long before."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
