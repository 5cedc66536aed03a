"""An address at PayPal is paid only when somebody has shown that they read it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.test import Client
from django.utils.timezone import now

from apps.accounts.models import Organizer, PayoutMethod
from apps.accounts.roles import Role
from apps.outbox.models import Message
from apps.payouts.models import PayPalProof
from apps.payouts.services.connect import NotProven, connect_paypal
from apps.payouts.services.prove_paypal import (
    MAILS_A_DAY,
    TRIES_MAX,
    VALID_FOR,
    ProofExpired,
    TooManyProofs,
    WrongCode,
    ask_for_proof,
    code_of,
    prove,
)
from tests.factories.bank import Bank
from tests.factories.selling import NOON, make_member, make_organizer
from tests.outbox_pump import deliver_all

pytestmark = pytest.mark.django_db

ADDRESS = "kasse@lichtbogen.example"


@pytest.fixture
def organizer(bank: Bank) -> Organizer:
    return make_organizer()


def asked(organizer: Organizer) -> PayPalProof:
    return ask_for_proof(organizer, f" {ADDRESS.title()} ", actor="user:1", at=NOON)


def test_without_a_proof_an_address_is_not_paid(organizer: Organizer) -> None:
    with pytest.raises(NotProven):
        connect_paypal(organizer, ADDRESS, actor="user:1", at=NOON)
    proof = asked(organizer)
    with pytest.raises(NotProven):  # asking is not proving
        connect_paypal(organizer, ADDRESS, actor="user:1", at=NOON)
    method = prove(proof, f"{code_of(proof)[:4]} {code_of(proof)[4:]}", actor="user:1", at=NOON)
    assert (method.destination, method.payable) == (ADDRESS, True)
    prove(proof, code_of(proof), actor="user:1", at=NOON)  # a second click
    assert Message.objects.filter(topic="payout.method_changed").count() == 1


def test_a_proof_is_of_one_organizer_and_one_address(organizer: Organizer) -> None:
    proof = asked(organizer)
    prove(proof, code_of(proof), actor="user:1", at=NOON)
    with pytest.raises(NotProven):
        connect_paypal(make_organizer(), ADDRESS, actor="user:1", at=NOON)
    with pytest.raises(NotProven):
        connect_paypal(organizer, "kase@lichtbogen.example", actor="user:1", at=NOON)
    other = ask_for_proof(make_organizer(), ADDRESS, actor="user:1", at=NOON)
    assert code_of(other) != code_of(proof)


def test_guessing_ends_after_five(organizer: Organizer) -> None:
    proof = asked(organizer)
    left = []
    for _ in range(TRIES_MAX):
        with pytest.raises(WrongCode) as wrong:
            prove(proof, "no", actor="user:1", at=NOON)
        left.append(wrong.value.left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(ProofExpired):
        prove(proof, code_of(proof), actor="user:1", at=NOON)
    assert not PayoutMethod.objects.exists()


def test_a_code_gets_old(organizer: Organizer) -> None:
    proof = asked(organizer)
    with pytest.raises(ProofExpired):
        prove(proof, code_of(proof), actor="user:1", at=NOON + VALID_FOR)
    prove(proof, code_of(proof), actor="user:1", at=NOON + VALID_FOR - timedelta(seconds=1))


def test_strangers_are_not_flooded(organizer: Organizer) -> None:
    for _ in range(MAILS_A_DAY):
        asked(organizer)
    with pytest.raises(TooManyProofs):
        asked(organizer)
    ask_for_proof(organizer, ADDRESS, actor="user:1", at=NOON + timedelta(days=1, seconds=1))


def test_an_owner_types_the_code_from_the_mail(organizer: Organizer, client: Client) -> None:
    owner = make_member(organizer, Role.OWNER)
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    page = "/console/accounts/payoutmethod/paypal/"
    answer = client.post(page, {"organizer": organizer.pk, "account": ADDRESS})
    proof = PayPalProof.objects.get()
    assert answer.headers["Location"] == (
        f"/console/accounts/payoutmethod/paypal-code/?proof={proof.pk}"
    )
    deliver_all(at=now())
    (letter,) = outbox.outbox
    assert letter.to == [ADDRESS]
    assert code_of(proof) in str(letter.body)
    code_page = answer.headers["Location"]
    assert ADDRESS in client.get(code_page).content.decode()
    assert "Tries left: 4" in client.post(code_page, {"code": "1"}).content.decode()
    assert not PayoutMethod.objects.exists()
    assert client.post(code_page, {"code": code_of(proof)}).status_code == 302
    assert PayoutMethod.objects.get().destination == ADDRESS
    stranger = make_member(make_organizer(), Role.OWNER)
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(code_page).headers["Location"] == page
