"""A guest list that was pasted: what is understood of its lines; all of it is given once, or nothing."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.core import mail as outgoing
from django.db import connection, transaction
from django.utils.timezone import now

from apps.inventory.availability import count
from apps.inventory.claims import VeryBusy
from apps.orders.guest_list import read_guest_list
from apps.orders.models import Order
from apps.orders.services.complimentary import Guest, give_tickets
from apps.orders.services.give_list import Listed, ListTooLong, give_list
from apps.orders.states import Channel, OrderState
from apps.tickets.models import Ticket
from tests.buying import Shop, tickets_of
from tests.outbox_pump import deliver_all
from tests.racing import run_at_once


@pytest.mark.parametrize(
    ("typed", "name", "email", "tickets"),
    [
        ("Ada Byron", "Ada Byron", "", 1),
        ("  Ada Byron ,  ADA@Example.org ", "Ada Byron", "ada@example.org", 1),
        ("Ada Byron <ada@example.org>", "Ada Byron", "ada@example.org", 1),
        ('"Byron, Ada" <ada@example.org> +1', "Byron, Ada", "ada@example.org", 2),
        ("Ada\tByron\tada@example.org\t3", "Ada Byron", "ada@example.org", 3),
        ("Byron; Ada; ada@example.org; +2", "Byron Ada", "ada@example.org", 3),
        ("ada@example.org Ada Byron", "Ada Byron", "ada@example.org", 1),
        ("- Ada Byron (+1)", "Ada Byron", "", 2),
        ("12. Ada Byron + 1, mailto:ada@example.org", "Ada Byron", "ada@example.org", 2),
        ("Ada Byron, Presse", "Ada Byron, Presse", "", 1),
        ("Marie-Claire d'Été, 2", "Marie-Claire d'Été", "", 2),
    ],
)
def test_a_line_is_read_as_people_write_it(typed: str, name: str, email: str, tickets: int) -> None:
    (line,) = read_guest_list(typed)
    assert (line.name, line.email, line.tickets, line.problem) == (name, email, tickets, "")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("Ada, ada@example", "“ada@example” is no e-mail address."),
        ("ada@example.org", "The name is missing."),
        ("Ada ada@example.org, grace@example.org", "There are two addresses."),
        ("Ada +1, 2", "There are two numbers of tickets."),
        ("Ada, 0", "A line may have 1 to 20 tickets."),
        ("Ada, +49 171 1234567", "A line may have 1 to 20 tickets."),
        ("A" * 121, "The name is too long: at most 120 characters."),
    ],
)
def test_what_cannot_be_taken_is_said(typed: str, problem: str) -> None:
    (line,) = read_guest_list(typed)
    assert line.problem.startswith(problem)
    assert line.typed == typed


def test_headings_and_empty_lines_are_left_out_and_nobody_is_in_it_twice() -> None:
    lines = read_guest_list("\ufeffName\tE-Mail\n\nAda\tada@x.org\r\nADA\tAda@x.org\nAda\n")
    assert [(line.number, line.problem) for line in lines] == [
        (3, ""),
        (4, "Line 3 has the same guest."),
        (5, ""),
    ]


def left(shop: Shop) -> int:
    return count(shop.event.pk).left[shop.parkett.pk]


def listed(*tickets: int) -> list[Listed]:
    return [
        Listed(Guest(f"guest{number}@example.org", f"Guest {number}", "de"), heads)
        for number, heads in enumerate(tickets)
    ]


def test_all_get_their_tickets_and_their_mails(shop: Shop) -> None:
    door = Listed(Guest("", "Grace Hopper", "en"), 1)
    given = give_list(shop.parkett, [*listed(1, 2), door], key="k", actor="user:1", at=now())
    told = [(o.email, o.state, o.channel, len(tickets_of(o))) for o in given]
    assert told == [
        ("guest0@example.org", OrderState.PAID, Channel.GUEST_LIST, 1),
        ("guest1@example.org", OrderState.PAID, Channel.GUEST_LIST, 2),
        ("", OrderState.PAID, Channel.GUEST_LIST, 1),
    ]
    deliver_all(at=now())
    assert sorted(mail.to[0] for mail in outgoing.outbox) == [
        "guest0@example.org",
        "guest1@example.org",
    ]
    again = give_list(shop.parkett, listed(5), key="k", actor="user:1", at=now())
    assert [order.pk for order in again] == [order.pk for order in given]
    assert Ticket.objects.count() == 4


def test_a_list_that_is_too_long_gives_nobody_anything(shop: Shop) -> None:
    before = left(shop)
    with pytest.raises(ListTooLong) as short:
        give_list(shop.parkett, listed(before, 1), key="k", actor="user:1", at=now())
    assert (short.value.left, short.value.wanted) == (before, before + 1)
    assert (Order.objects.count(), left(shop)) == (0, before)
    # It may be given when it is shorter: the key was not used up.
    assert len(give_list(shop.parkett, listed(1), key="k", actor="user:1", at=now())) == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_double_click_gives_once(shop: Shop) -> None:
    give_tickets(shop.event, {shop.parkett: 1}, listed(1)[0].guest, actor="user:1", at=now())

    def gives(keys: list[str]) -> int:
        before = Order.objects.count()
        clicks = run_at_once(
            2,
            lambda n: give_list(shop.parkett, listed(1, 1), key=keys[n], actor="user:1", at=now()),
        )
        assert [len(made) for made in clicks if isinstance(made, list)] == [2, 2]
        return Order.objects.count() - before

    assert gives([str(uuid.uuid4()), str(uuid.uuid4())]) == 4  # without the guard
    assert gives([str(uuid.uuid4())] * 2) == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_click_that_waits_too_long_is_told_to_try_again_and_gives_nothing_more(
    shop: Shop,
) -> None:
    has_given, was_told = threading.Event(), threading.Event()

    def gives() -> int:
        return len(give_list(shop.parkett, listed(1, 1), key="k", actor="user:1", at=now()))

    def clicks(number: int) -> int:
        if number == 0:
            with transaction.atomic():
                given = gives()
                has_given.set()
                was_told.wait(10)
            return given
        has_given.wait(10)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET lock_timeout = '50ms'")
            return gives()
        finally:
            was_told.set()

    first, second = run_at_once(2, clicks)
    assert (first, type(second)) == (2, VeryBusy)
    assert (gives(), Order.objects.count()) == (2, 2)
