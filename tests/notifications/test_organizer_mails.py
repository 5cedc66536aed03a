"""What teams are told about their money, and that only those who may see it are told."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail as outbox
from django.db import transaction

from apps.accounts.models import Organizer, PayoutMethod
from apps.accounts.roles import Role
from apps.ledger.settled import settled_up_to
from apps.notifications.models import Mail
from apps.outbox.publish import publish
from apps.payouts.models import Payout
from tests.factories.paying_out import sell_released
from tests.factories.selling import make_event, make_member, make_organizer, make_payable
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def organizer() -> Organizer:
    organizer = make_organizer("Ensemble Lichtbogen")
    make_member(organizer, Role.OWNER, email="lena@example.org", language="de")
    make_member(organizer, Role.OWNER, email="owen@example.org", language="en")
    make_member(organizer, Role.ADMIN, email="admin@example.org")
    return organizer


def payout_of(organizer: Organizer) -> Payout:
    return Payout.objects.create(
        reference="PO-4Q7KM2XD",
        organizer=organizer,
        provider="paypal",
        amount_minor=72_20,
        currency="EUR",
        destination="money@lichtbogen.example",
        after_entry=0,
        up_to_entry=9,
        created_at=NOON,
    )


def tell(topic: str, about: Payout | PayoutMethod) -> dict[str, tuple[str, str]]:
    """Subject and text by address."""
    with transaction.atomic():
        publish(topic, about=about, at=NOON)
    deliver_all(at=NOON)
    return {m.to[0]: (str(m.subject), str(m.body)) for m in outbox.outbox}


STATEMENT = """\
72,20\xa0€ gehören dir.

Wir haben an dein Konto bei PayPal ausgezahlt.

Darin steckt, was 0 Bestellungen eingebracht haben.

Verkäufe: 72,20\xa0€
Ausgezahlt: 72,20\xa0€

Abrechnung ansehen:
http://testserver/console/payouts/payout/{number}/overview/

Auszahlung PO-4Q7KM2XD an m…@lichtbogen.example
"""


@pytest.mark.usefixtures("in_german")
def test_owners_get_the_statement_each_in_their_language(organizer: Organizer) -> None:
    sell_released(make_event(organizer), 7600)
    payout = payout_of(organizer)
    payout.up_to_entry = settled_up_to()
    payout.save()
    told = tell("payout.paid", payout)
    assert set(told) == {"lena@example.org", "owen@example.org"}
    statement = STATEMENT.format(number=payout.pk)
    assert told["lena@example.org"] == ("72,20\xa0€ an dich ausgezahlt", statement)
    assert told["owen@example.org"][0] == "€72.20 paid out to you"
    assert Mail.objects.filter(organizer=organizer).count() == 2


@pytest.mark.parametrize(
    ("topic", "words"),
    [
        ("payout.failed", "It could not be sent."),
        ("payout.returned", "It came back."),
        ("payout.unclaimed", "PayPal knows no account with that address."),
    ],
)
def test_what_did_not_arrive_is_told_with_what_to_do(
    organizer: Organizer, topic: str, words: str
) -> None:
    subject, text = tell(topic, payout_of(organizer))["owen@example.org"]
    assert subject == "Your payout of €72.20 has not arrived"
    assert words in text


def test_a_new_payout_account_is_told_to_every_owner(organizer: Organizer) -> None:
    told = tell("payout.method_changed", make_payable(organizer))
    assert set(told) == {"lena@example.org", "owen@example.org"}
    subject, text = told["owen@example.org"]
    assert subject == "New payout account for Ensemble Lichtbogen"
    assert "PayPal\n…2345" in text
    assert "MERCHANT" not in text


def test_a_fact_told_twice_is_mailed_once(organizer: Organizer) -> None:
    payout = payout_of(organizer)
    tell("payout.paid", payout)
    before = len(outbox.outbox)
    deliver_all(at=NOON)
    assert len(outbox.outbox) == before == 2
