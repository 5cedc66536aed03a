"""Everybody and everything of the demo, as data. Invented; no real person or address."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.accounts.fees import Band

PASSWORD = "parterre"  # noqa: S105 - printed on the demo page for everybody


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    name: str
    role: str  # "operator", "owner", "admin", "staff", "attendee"
    does: str  # one line for the demo page


PEOPLE = (
    Person("operator@parterre.example", "Olga Platz", "operator", "runs the platform"),
    Person("owner@lichtbogen.example", "Lena Bogen", "owner", "sells, and is paid"),
    Person("admin@lichtbogen.example", "Adil Saal", "admin", "looks after events and orders"),
    Person("door@lichtbogen.example", "Selin Tor", "staff", "scans at the door"),
    Person("mira@besuch.example", "Mira Sandberg", "attendee", "buys tickets, signed in"),
)


@dataclass(frozen=True, slots=True)
class Tier:
    name: str
    description: str
    price_minor: int
    capacity: int | None  # of its own quota; None: only the house's
    tax_rate: str = "7"
    members_only: bool = False
    access_level: str = ""
    refund_hours: int | None = None  # until so long before the start buyers give it back


@dataclass(frozen=True, slots=True)
class Show:
    title: str
    slug: str
    summary: str
    description: str
    venue: str
    colour: str
    days: int  # from today
    hour: int
    hours: float
    house: int  # capacity of the house
    tiers: tuple[Tier, ...]
    language: str = "de"
    sold_orders: int = 0  # in the weeks before the demo begins
    buyers_bear_fee: bool = False


# Who has bought already.
BUYERS = (
    "Ada Winter",
    "Bela Kranich",
    "Cem Demir",
    "Dorothea Sommer",
    "Emil Rehbein",
    "Fatou Diop",
    "Greta Lindqvist",
    "Hannes Vogelsang",
    "Ines Morgenroth",
    "Jakub Nowak",
    "Kim Albrecht",
    "Lotte Ahlers",
    "Milan Petrov",
    "Nora Seidel",
    "Oskar Tal",
    "Pia Brandt",
)

# What the platform keeps of a ticket. Cheap ones bear a little more, dear ones less.
FEES = (Band(Decimal(5), least=75), Band(Decimal(4), above=10000, most=800))

VENUES = {
    "Trockendock, Halle 3": ("Werftstraße 7", "20457", "Hamburg", "53.541", "9.966"),
    "Gartenbühne": ("Am Rasen 1", "04109", "Leipzig", "51.340", "12.375"),
    "Kino Nebelhorn": ("Hornweg 12", "10999", "Berlin", "52.499", "13.418"),
}

SHOWS = (
    Show(
        "Zwölf Celli im Trockendock",
        "zwoelf-celli-im-trockendock",
        "Zwölf Celli, ein leeres Dock, elf Sekunden Nachhall.",
        "Das Ensemble Lichtbogen spielt ein neues Stück für den größten Raum der Stadt.\n\n"
        "Die Musikerinnen und Musiker sitzen über die ganze Länge des Docks verteilt. Wer im Parkett"
        " sitzt, hört die Töne wandern. Wer im Rang steht, sieht, woher sie kommen. Es ist kühl dort"
        " unten, bring eine Jacke mit.",
        "Trockendock, Halle 3",
        "#ff4d1a",
        0,
        20,
        2.25,
        640,
        (
            Tier("Parkett", "freie Platzwahl, ganz nah dran", 3800, 280),
            Tier("Rang", "Stehplatz, Sicht von oben", 2800, None),
            Tier("Ermäßigt", "Schule, Studium, Azubi, mit Nachweis", 1800, 60),
            Tier("Förderkreis", "für Mitglieder des Förderkreises", 1500, 20, members_only=True),
        ),
        sold_orders=26,
    ),
    Show(
        "Der Rasen betritt die Bühne",
        "der-rasen-betritt-die-buehne",
        "Ein Stück über einen Garten, der genug hat.",
        "Gespielt im Freien, bei jedem Wetter. **Decken** gibt es am Einlass.",
        "Gartenbühne",
        "#0a8f4d",
        9,
        19,
        2,
        180,
        (
            Tier("Wiese", "Decke mitbringen oder leihen", 1600, None, refund_hours=48),
            Tier("Bank", "ein Platz auf der Bank", 2200, 40, refund_hours=48),
        ),
        sold_orders=12,
    ),
    Show(
        "Lange Nacht der kurzen Filme",
        "lange-nacht-der-kurzen-filme",
        "31 Filme, keiner länger als sieben Minuten.",
        "Von acht bis eins. Mit Pausen, Suppe und Abstimmung.",
        "Kino Nebelhorn",
        "#6b3df5",
        16,
        20,
        5,
        96,
        (Tier("Kinositz", "freie Platzwahl", 1200, None, tax_rate="19"),),
        sold_orders=7,
        buyers_bear_fee=True,
    ),
    Show(
        "Open rehearsal",
        "open-rehearsal",
        "Come in, listen, leave when you like. It is free.",
        "The ensemble works on its new programme, and you may watch. No late seating needed.",
        "Trockendock, Halle 3",
        "",
        23,
        11,
        2,
        60,
        (Tier("Free seat", "one per person", 0, None),),
        language="en",
        sold_orders=5,
    ),
)
