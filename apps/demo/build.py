"""Makes the demo's world through the same services as everybody's. Running it again adds what is missing."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.db import transaction

from apps.accounts.models import ClubMember, Membership, Organizer, PayoutMethod, User
from apps.accounts.roles import Role
from apps.accounts.services.fee_terms import NewTerms, agree
from apps.accounts.states import OrganizerState
from apps.checkin.models import Gate
from apps.checkin.services.gates import save_gate
from apps.core.transitions import move
from apps.demo.cast import FEES, PASSWORD, PEOPLE, SHOWS, VENUES, Person, Show, Tier
from apps.events.models import Event
from apps.events.services.publish import publish
from apps.inventory.models import Quota
from apps.inventory.resize import resize
from apps.invoices.models import LegalEntity
from apps.invoices.services.save_legal import save_legal
from apps.orders.services.rebind import rebind_variant
from apps.seating.models import Venue
from apps.variants.models import Variant
from apps.variants.services.go_live import go_live
from apps.vouchers.models import Code
from apps.vouchers.services.make import Terms, make_code
from apps.vouchers.states import CodeKind

ACTOR = "demo"
CODE = "WELCOME10"
ZONE = ZoneInfo("Europe/Berlin")
ISSUER = {
    "name": "Ensemble Lichtbogen e. V.",
    "street": "Werftstraße 7",
    "postcode": "20457",
    "city": "Hamburg",
    "tax_number": "17/400/12345",
}
PLATFORM_ISSUER = {
    "name": "Parterre Betriebs eG",
    "street": "Rangstraße 1",
    "postcode": "10115",
    "city": "Berlin",
    "vat_id": "DE129273398",
}


@transaction.atomic
def build(*, opened: datetime, at: datetime) -> Organizer:
    """opened: since when it all is on sale."""
    people = {person.role: _person(person) for person in PEOPLE}
    organizer = _organizer(at=opened)
    for role in Role:
        Membership.objects.get_or_create(
            organizer=organizer, user=people[role], defaults={"role": role}
        )
    ClubMember.objects.get_or_create(organizer=organizer, email=people["attendee"].email)
    venues = {name: _venue(organizer, name) for name in VENUES}
    for show in SHOWS:
        if not Event.objects.filter(slug=show.slug).exists():
            event = _show(show, organizer, venues[show.venue], at=at)
            for variant in event.variants.order_by("position"):
                go_live(variant, actor=ACTOR, at=opened)
            publish(event, actor=ACTOR, at=opened)
    if not Code.objects.filter(organizer=organizer, text=CODE).exists():
        terms = Terms(CodeKind.PERCENT, percent=10, budget=100, per_person=1, note="Newsletter")
        make_code(organizer, CODE, terms, actor=ACTOR, at=at)
    return organizer


def _person(person: Person) -> User:
    user = User.objects.filter(email=person.email).first()
    if user is None:
        operator = person.role == "operator"
        user = User.objects.create_user(
            person.email,
            PASSWORD,
            name=person.name,
            language="de",
            is_staff=operator,
            is_superuser=operator,
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _organizer(*, at: datetime) -> Organizer:
    organizer, created = Organizer.objects.get_or_create(
        slug="ensemble-lichtbogen",
        defaults={
            "name": "Ensemble Lichtbogen",
            "email": "hallo@lichtbogen.example",
            "about": "Neue Musik an Orten, die dafür nicht gebaut wurden.",
            "brand_colour": "#ff4d1a",
            "imprint": "Ensemble Lichtbogen e. V.\nWerftstraße 7\n20457 Hamburg\nVertreten durch Lena Bogen",
            "terms": "Der Vertrag kommt zwischen dir und dem Ensemble Lichtbogen zustande. "
            "Ein Ticket gilt für eine Person und einen Einlass.",
            "withdrawal_notice": "Für Tickets mit festem Termin gibt es kein Widerrufsrecht "
            "(§ 312g Abs. 2 Nr. 9 BGB).",
            "release_at_sale": True,
        },
    )
    if created:
        move(organizer, OrganizerState.APPROVED, actor=ACTOR, at=at)
        fees = NewTerms(organizer, FEES, starts_at=at, currency="EUR", note="Rahmenvertrag")
        agree(fees, actor=ACTOR, at=at)
        # PayPal pays to a merchant id as it is; Stripe wants to know more (onboard.py).
        PayoutMethod.objects.create(
            organizer=organizer, provider="paypal", destination="LICHTBOGEN001", payable=True
        )
    _issuers(organizer, at=at)
    return organizer


def _issuers(organizer: Organizer, *, at: datetime) -> None:
    """Of the invoices to buyers, and of those about the platform's fee."""
    for who, issuer in ((organizer, ISSUER), (None, PLATFORM_ISSUER)):
        if not LegalEntity.objects.filter(organizer=who).exists():
            save_legal(LegalEntity(organizer=who, **issuer), actor="system", at=at)


def _venue(organizer: Organizer, name: str) -> Venue:
    street, postcode, city, latitude, longitude = VENUES[name]
    venue, _created = Venue.objects.get_or_create(
        organizer=organizer,
        name=name,
        defaults={
            "street": street,
            "postcode": postcode,
            "city": city,
            "latitude": Decimal(latitude),
            "longitude": Decimal(longitude),
            "access_notes": "Stufenlos über Tor 2, WC auf derselben Ebene.",
        },
    )
    return venue


def _show(show: Show, organizer: Organizer, venue: Venue, *, at: datetime) -> Event:
    """A draft."""
    starts_at = _starts_at(show, at=at)
    event = Event.objects.create(
        organizer=organizer,
        venue=venue,
        title=show.title,
        slug=show.slug,
        summary=show.summary,
        description=show.description,
        colour=show.colour,
        language=show.language,
        doors_at=starts_at - timedelta(hours=1),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=show.hours),
        max_attendees=show.house,
        buyers_bear_fee=show.buyers_bear_fee,
    )
    house = Quota.objects.create(event=event, name="Haus", is_event_cap=True)
    resize(house, show.house)
    for position, tier in enumerate(show.tiers):
        _tier(tier, event, house, position)
    for gate in ("Tor A", "Tor B"):
        save_gate(Gate(event=event, name=gate), at=at)
    return event


def _starts_at(show: Show, *, at: datetime) -> datetime:
    """The first show is the next evening there is, so that its door can be tried at once."""
    local = at.astimezone(ZONE).replace(hour=show.hour, minute=0, second=0, microsecond=0)
    starts_at = local + timedelta(days=show.days)
    return starts_at if starts_at > at else starts_at + timedelta(days=1)


def _tier(tier: Tier, event: Event, house: Quota, position: int) -> None:
    variant = Variant.objects.create(
        event=event,
        name=tier.name,
        description=tier.description,
        price_minor=tier.price_minor,
        tax_rate=Decimal(tier.tax_rate),
        max_per_order=8,
        members_only=tier.members_only,
        access_level=tier.access_level,
        refund_hours=tier.refund_hours,
        position=position,
    )
    quotas = [house]
    if tier.capacity is not None:
        own = Quota.objects.create(event=event, name=tier.name)
        resize(own, tier.capacity)
        quotas.append(own)
    rebind_variant(variant, quotas)
