"""Mails that reach nobody: the team hears of it on its first page, until somebody has mended it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer
from apps.accounts.roles import Role
from apps.events.models import Event
from apps.notifications.models import Mail, MailState
from apps.orders.models import Order
from apps.orders.services.correct_email import correct_email
from tests.factories.door import signed_in
from tests.factories.selling import (
    make_event,
    make_member,
    make_organizer,
    make_quota,
    make_variant,
)
from tests.factories.world import buy
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db
LOST = "The mails of one order do not arrive. Is the address right?"


@pytest.fixture
def order(organizer: Organizer) -> Order:
    event = make_event(organizer, at=now())
    variant = make_variant(event)
    make_quota(event, 5, variant)
    order, _payment = buy(event, variant, 2, at=now())
    deliver_all(at=now())
    return order


def sent_again(mail: Mail, what_became_of_it: MailState) -> Mail:
    """A minute later, and that one arrived."""
    Mail.objects.filter(pk=mail.pk).update(state=what_became_of_it)
    mail.pk, mail.dedupe_key, mail.state = None, "again", MailState.SENT
    mail.queued_at += timedelta(minutes=1)
    mail.save()
    return mail


def first_page(client: Client) -> str:
    return client.get("/console/").content.decode()


def test_who_cannot_be_reached_is_told_until_the_address_is_right(
    desk: Client, order: Order
) -> None:
    assert LOST not in first_page(desk)
    sent = Mail.objects.filter(kind="order_confirmed", state=MailState.SENT)
    assert sent.update(state=MailState.BOUNCED, error="550 no such mailbox") == 1

    assert LOST in first_page(desk)
    listed = desk.get("/console/notifications/mail/?trouble=1").content.decode()
    assert order.email in listed
    stranger = signed_in(make_member(make_organizer("Somebody else"), Role.OWNER))
    assert LOST not in first_page(stranger)

    correct_email(order, "ada@right.example", actor="user:1", at=now())
    assert LOST not in first_page(desk)


def test_a_mail_that_came_through_since_or_an_event_that_is_over_asks_for_nothing(
    desk: Client, order: Order
) -> None:
    again = sent_again(Mail.objects.get(kind="order_confirmed"), MailState.BOUNCED)
    assert LOST not in first_page(desk)

    Mail.objects.filter(pk=again.pk).update(state=MailState.FAILED)
    assert LOST in first_page(desk)
    Event.objects.update(starts_at=now() - timedelta(hours=3), ends_at=now())
    assert LOST not in first_page(desk)


def test_operators_find_as_many_as_they_are_told(operator: Client, order: Order) -> None:
    again = sent_again(Mail.objects.get(kind="order_confirmed"), MailState.BOUNCED)
    Mail.objects.filter(pk=again.pk).update(state=MailState.FAILED)
    page = operator.get("/platform/").content.decode()
    assert "/platform/notifications/mail/?trouble=1" in page
    listed = operator.get("/platform/notifications/mail/?trouble=1")
    assert listed.context["cl"].result_count == 2
