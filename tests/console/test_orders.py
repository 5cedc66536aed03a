"""Helping a buyer: find the order, refund, send again, correct, block, give."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer, User
from apps.core.models import StateChange
from apps.events.models import Event
from apps.events.states import EventState
from apps.inventory.models import Quota
from apps.notifications.models import Mail
from apps.orders.models import Order, OrderRefund, Unit
from apps.orders.states import Channel, OrderState
from apps.payments.models import Payment, Refund
from apps.payments.states import RefundState
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState
from apps.variants.models import Variant
from tests.factories.selling import make_event, make_quota, make_variant
from tests.factories.world import buy

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(organizer: Organizer) -> Event:
    return make_event(organizer, at=now())


@pytest.fixture
def parkett(event: Event) -> Variant:
    variant = make_variant(event)
    make_quota(event, 5, variant)
    return variant


@pytest.fixture
def order(event: Event, parkett: Variant) -> Order:
    order, _payment = buy(event, parkett, 2, at=now())
    return order


def page(order: Order, tail: str = "overview") -> str:
    return f"/console/orders/order/{order.pk}/{tail}/"


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_the_page_tells_the_whole_story(desk: Client, order: Order) -> None:
    shown = text(desk, page(order))
    ticket = Ticket.objects.all()[0]
    payment = Payment.objects.get()
    for word in (order.reference, "Ada Byron", "ada@example.org", "€76.00", ticket.reference):
        assert word in shown
    assert payment.reference in shown
    assert "€3.80" in shown  # the fee in it


@pytest.mark.parametrize("typed", ["byron", "ADA@example", "reference", "ticket", "holder"])
def test_an_order_is_found_by(desk: Client, order: Order, typed: str) -> None:
    ticket = Ticket.objects.all()[0]
    Ticket.objects.filter(pk=ticket.pk).update(holder_name="Grace Hopper")
    terms = {
        "reference": f" {order.reference[:4]}-{order.reference[4:].lower()} ",
        "ticket": ticket.reference,
        "holder": "hopper",
    }
    listed = desk.get("/console/orders/order/", {"q": terms.get(typed, typed)})
    assert list(listed.context["cl"].queryset) == [order]
    assert not desk.get("/console/orders/order/", {"q": "zzz"}).context["cl"].queryset


def test_a_refund_is_asked_with_its_numbers_and_made_once(
    desk: Client, owner: User, order: Order
) -> None:
    asked = text(desk, page(order, "refund"))
    for words in ("Ada Byron gets back", "€76.00", "−€3.80", "€72.20", "2 tickets stop working"):
        assert words in asked
    unsure = desk.post(page(order, "refund"), {"reason": "ill"})
    assert unsure.status_code == 200
    assert not Refund.objects.exists()

    desk.post(page(order, "refund"), {"reason": "ill", "sure": "on"})
    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.reason, refund.state) == (
        7600,
        "ill",
        RefundState.REQUESTED,
    )
    assert set(Ticket.objects.values_list("state", flat=True)) == {TicketState.REFUNDED}
    # The provider says something of its own about it; the page says why it was decided.
    Refund.objects.update(reason="ECHECK")
    told = desk.get(page(order, "overview")).content.decode()
    assert (">ill<" in told, "ECHECK" in told) == (True, False)

    again = desk.post(page(order, "refund"), {"reason": "ill", "sure": "on"}, follow=True)
    assert "There is nothing left to give back." in again.content.decode()
    assert Refund.objects.count() == 1
    assert "Refunded" in text(desk, page(order))
    change = StateChange.objects.filter(subject="tickets.ticket", target="refunded")[0]
    assert change.actor == f"user:{owner.pk}"
    assert "Lena Bogen" in text(desk, page(order))


def test_the_tickets_are_mailed_again_but_not_twice_at_once(desk: Client, order: Order) -> None:
    assert "mailed to ada@example.org" in _said(desk.post(page(order, "mail"), follow=True))
    assert "a moment ago" in _said(desk.post(page(order, "mail"), follow=True))
    assert Mail.objects.filter(kind="order_confirmed").count() == 1
    assert outbox.outbox == []  # a worker sends it


def test_a_mistyped_address_is_corrected_and_the_old_link_dies(desk: Client, order: Order) -> None:
    before = order.key_version
    wrong = desk.post(page(order, "address"), {"email": "no address"})
    assert wrong.status_code == 200
    desk.post(page(order, "address"), {"email": "Ada@Right.example"})
    order.refresh_from_db()
    assert (order.email, order.key_version) == ("ada@right.example", before + 1)


def test_a_ticket_is_blocked_with_a_reason_and_unblocked(desk: Client, order: Order) -> None:
    ticket = Ticket.objects.all()[0]
    url = f"/console/tickets/ticket/{ticket.pk}"
    assert desk.post(f"{url}/blocking/", {"reason": ""}).status_code == 200
    desk.post(f"{url}/blocking/", {"reason": "stolen"})
    ticket.refresh_from_db()
    assert ticket.state == TicketState.BLOCKED
    assert "stolen" in text(desk, f"{url}/overview/")
    desk.post(f"{url}/blocking/", {"reason": "found again"})
    ticket.refresh_from_db()
    assert ticket.state == TicketState.VALID


def test_guests_get_tickets_from_the_same_places(
    desk: Client, event: Event, parkett: Variant
) -> None:
    url = f"/console/events/event/{event.pk}/guests/"
    guest = {"name": "Grace", "email": "grace@example.org", "language": "en"}
    heads = f"heads_{parkett.pk}"
    form = text(desk, url)
    assert "How many of “Parkett”" in form
    assert f'name="{heads}" value="1"' in form  # there is only one kind
    assert "at least one ticket" in desk.post(url, guest).content.decode()
    short = desk.post(url, guest | {heads: "6"}).content.decode()
    assert "“Hall” has 5 places left." in short
    assert not Order.objects.exists()

    desk.post(url, guest | {heads: "3"})
    order = Order.objects.get()
    assert (order.channel, order.state, order.total_minor) == (
        Channel.GUEST_LIST,
        OrderState.PAID,
        0,
    )
    assert Ticket.objects.count() == 3
    Event.objects.filter(pk=event.pk).update(state=EventState.CANCELLED)
    desk.post(url, guest | {heads: "1"})
    assert Order.objects.count() == 1


def test_the_list_is_exported_as_it_is_shown(desk: Client, order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(name='=HYPERLINK("x")')
    lines = csv(desk, "/console/orders/order/csv/?q=" + order.reference)
    head, row = lines
    assert head.startswith(
        "\ufeffOrder,Event,State,Ordered,Paid,Name,E-mail,Tickets,Code,Discount,Currency,Total"
    )
    assert row.startswith(f"{order.reference},Zwölf Celli im Trockendock,Paid,")
    assert (
        '"\'=HYPERLINK(""x"")",ada@example.org,2 × Parkett,,0.00,EUR,76.00,0.00,4.97,3.80,0.00'
        in row
    )
    assert len(csv(desk, "/console/orders/order/csv/?q=zzz")) == 1


@pytest.mark.parametrize("path", ["orders/order", "tickets/ticket"])
def test_people_are_found_without_their_accents(desk: Client, order: Order, path: str) -> None:
    Order.objects.filter(pk=order.pk).update(name="Zoë Çelik")
    for typed in ("zoe", "celik", "Zoë"):
        assert len(csv(desk, f"/console/{path}/csv/?q={typed}")) > 1


def test_attendees_are_exported(desk: Client, order: Order) -> None:
    head, *rows = csv(desk, "/console/tickets/ticket/csv/")
    assert head.startswith("\ufeffTicket,Name,Event,Variant,Seat,State,Came in,Order,Buyer,E-mail")
    assert {row.split(",")[0] for row in rows} == set(
        Ticket.objects.values_list("reference", flat=True)
    )
    assert all(f"Valid,,{order.reference},Ada Byron,ada@example.org" in row for row in rows)


def csv(client: Client, url: str) -> list[str]:
    answer = client.get(url)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # django-stubs knows no streamed answers of the client
    return body.strip().split("\r\n")


def _said(response: Any) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_single_tickets_and_an_amount_are_quoted_first(desk: Client, order: Order) -> None:
    url = page(order, "refund")
    first, second = Unit.objects.order_by("pk")
    asked = text(desk, f"{url}?what=tickets&unit={first.pk}")
    for words in ("€38.00", "−€1.90", "€36.10", "1 ticket stops working"):
        assert words in asked
    assert "at least one ticket" in text(desk, f"{url}?what=tickets")
    assert "Type an amount" in text(desk, f"{url}?what=amount&amount=ten")
    assert "cannot go back" in _said(desk.get(f"{url}?what=amount&amount=76.01", follow=True))
    for unread in ("what=amount&amount=", "what=amount&amount=ten", "what=tickets"):
        asked = text(
            desk, f"{url}?{unread}"
        )  # goes on about the whole order, in everything it says
        assert "2 tickets stop working." in asked
        assert '<input type="hidden" name="what" value="whole">' in asked
        assert "No ticket stops working." not in asked
    assert not OrderRefund.objects.exists()

    form = {"reason": "ill", "sure": "on", "key": "1", "what": "tickets", "unit": first.pk}
    for _ in range(2):  # a double click
        said = _said(desk.post(url, form | {"keep_off_sale": "on"}, follow=True))
        assert "The refund is on its way. The tickets no longer work." in said
    made = OrderRefund.objects.get()
    assert (made.kind, made.amount_minor, made.back_on_sale) == ("tickets", 3800, False)
    assert Quota.objects.get().capacity == 4

    # Somebody else, who still saw both: nothing else dies for the ticket that is gone.
    said = _said(desk.post(url, form | {"key": "late"}, follow=True))
    assert "It has changed meanwhile." in said
    assert OrderRefund.objects.get() == made
    assert second.ticket.state == TicketState.VALID

    asked = text(desk, f"{url}?what=amount&amount=8")
    assert "No ticket stops working." in asked
    desk.post(url, {"reason": "sorry", "sure": "on", "key": "2", "what": "amount", "amount": "8"})
    assert "Partly refunded" in text(desk, page(order))
    assert "€30.00" in text(desk, url)  # what is left, for the ticket that lives
    assert second.ticket.state == TicketState.VALID
