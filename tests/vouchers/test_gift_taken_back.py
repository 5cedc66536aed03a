"""A gift voucher that was issued by mistake is taken back: what is left of it, once, and nobody's refund."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils.timezone import now

from apps.accounts.roles import Role
from apps.console.selectors.money import books_of
from apps.core.transitions import IllegalTransition
from apps.ledger import balances
from apps.ledger.models import Entry
from apps.notifications.models import Mail, MailState
from apps.orders.models import Order
from apps.orders.services.give_back import Giving
from apps.orders.services.refund import Whole, refund
from apps.orders.states import OrderState
from apps.trail.models import MoneyAct
from apps.vouchers.keys import code_of
from apps.vouchers.models import GiftVoucher
from apps.vouchers.services.block import NothingLeft, block, replace
from apps.vouchers.services.expire import expire_due
from apps.vouchers.services.take_back import NotTheirs, take_back
from apps.vouchers.services.write_voucher import Recipient
from apps.vouchers.states import Origin, VoucherState
from tests.buying import Shop
from tests.factories.selling import make_member, make_organizer
from tests.factories.vouchers import broken, make_voucher, rest
from tests.orders.visitor import Visitor
from tests.outbox_pump import deliver_all
from tests.vouchers.test_pages_of_codes import posts

pytestmark = pytest.mark.django_db

ADA = {"name": "Ada Byron", "email": "ada@example.org"}
LIST = "/console/vouchers/giftvoucher/"


def available(voucher: GiftVoucher) -> int:
    return balances.available(voucher.organizer_id, voucher.provider, "EUR").minor


def booked(kind: str) -> dict[str, int]:
    entries = Entry.objects.filter(posting__kind=kind)
    return dict(entries.values_list("account__code", "amount_minor"))


def pays_with(shop: Shop, voucher: GiftVoucher) -> Order:
    """Two tickets for €76.00."""
    visitor = Visitor(shop)
    posts(shop, visitor, 2, code=code_of(voucher))
    order = Order.objects.latest("pk")
    visitor.client.post(f"/orders/{order.reference}/checkout/", ADA)
    order.refresh_from_db()
    return order


def test_what_issuing_it_booked_is_turned_round_once_and_on_record() -> None:
    voucher = make_voucher(make_organizer())
    taken = take_back(voucher, reason="a nought too many", actor="user:1", at=now())
    voucher.refresh_from_db()
    assert (taken.minor, voucher.state, rest(voucher), available(voucher)) == (
        2000,
        VoucherState.TAKEN_BACK,
        0,
        2000,
    )
    issued, back = booked("voucher_issued"), booked("voucher_taken_back")
    assert back == {code: -minor for code, minor in issued.items()}
    with pytest.raises(NothingLeft):
        take_back(voucher, reason="again", actor="user:1", at=now())
    with pytest.raises(IllegalTransition):
        block(voucher, reason="lost", actor="user:1", at=now())
    assert expire_due(at=voucher.expires_at + timedelta(days=1)) == 0
    (book,) = books_of([voucher.organizer_id])
    assert (book.on_vouchers.minor, book.owed.minor) == (0, 0)  # what it came from is no sale
    act = MoneyAct.objects.about(voucher).latest("pk")
    assert (act.act, act.actor, act.reason, act.amount_minor) == (
        "voucher.take_back",
        "user:1",
        "a nought too many",
        2000,
    )
    assert (available(voucher), MoneyAct.objects.count(), broken()) == (2000, 2, [])


def test_of_one_that_was_used_in_part_the_order_stays_paid_and_its_refund_finds_a_new_one(
    shop: Shop,
) -> None:
    voucher = make_voucher(shop.organizer, 10_000)
    order = pays_with(shop, voucher)
    assert take_back(voucher, reason="mistake", actor="user:1", at=now()).minor == 2400
    order.refresh_from_db()
    assert (order.state, order.voucher_minor, available(voucher)) == (OrderState.PAID, 7600, 2400)
    new = refund(order, Whole(), Giving("user:1", "rain"), at=now()).voucher
    assert new is not None
    assert (new.origin, rest(new), rest(voucher)) == (Origin.REFUND, 7600, 0)
    with pytest.raises(NotTheirs):
        take_back(new, reason="mistake", actor="user:1", at=now())
    assert (rest(new), broken()) == (7600, [])


def test_what_came_from_a_refund_is_nobody_s_to_take_also_not_by_way_of_another(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 7600)
    order = pays_with(shop, voucher)
    block(voucher, reason="lost", actor="user:1", at=now())
    of_refund = refund(order, Whole(), Giving("user:1", "rain"), at=now()).voucher
    assert of_refund is not None
    later = replace(of_refund, Recipient(), reason="lost", actor="user:1", at=now())
    with pytest.raises(NotTheirs):
        take_back(later, reason="mistake", actor="user:1", at=now())
    with pytest.raises(IntegrityError, match="voucher_of_a_refund"), transaction.atomic():
        GiftVoucher.objects.filter(pk=of_refund.pk).update(state=VoucherState.TAKEN_BACK)
    assert (rest(later), available(voucher)) == (7600, 0)


def test_taken_back_while_they_type_they_are_told_and_pay_nothing(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer, 10_000)
    visitor = Visitor(shop)
    posts(shop, visitor, 2, code=code_of(voucher))
    take_back(voucher, reason="mistake", actor="user:1", at=now())
    order = Order.objects.get()
    answer = visitor.client.post(f"/orders/{order.reference}/checkout/", ADA, follow=True)
    assert "Your gift voucher does not pay any more." in answer.content.decode()
    order.refresh_from_db()
    assert (order.state, available(voucher), broken()) == (OrderState.OPEN, 10_000, [])


def test_whoever_was_mailed_the_code_is_told_once_without_the_reason() -> None:
    voucher = make_voucher(make_organizer(), to=Recipient("Ada", "ada@example.org"))
    deliver_all(at=now())
    take_back(voucher, reason="meant for Bea", actor="user:1", at=now())
    deliver_all(at=now())
    letter = str(outgoing.outbox[-1].body)
    assert len(outgoing.outbox) == 2
    assert outgoing.outbox[-1].reply_to == [voucher.organizer.email]
    assert f"{voucher} with the €20.00 that were left on it" in letter
    assert "Bea" not in letter
    assert code_of(voucher) not in letter


def test_whoever_was_never_sent_the_code_hears_nothing() -> None:
    voucher = make_voucher(make_organizer(), to=Recipient("Ada", "ada@example.org"))
    take_back(voucher, reason="mistake", actor="user:1", at=now())
    deliver_all(at=now())
    assert set(Mail.objects.values_list("state", flat=True)) == {MailState.SKIPPED}
    assert outgoing.outbox == []


def test_an_owner_takes_one_back_on_its_page_and_sees_it_in_its_story(shop: Shop) -> None:
    voucher = make_voucher(shop.organizer)
    client = Client(headers={"sec-fetch-site": "same-origin"})
    client.force_login(make_member(shop.organizer, Role.OWNER))
    page = f"{LIST}{voucher.pk}/"
    assert "taking_back" in client.get(f"{page}overview/").content.decode()
    asked = client.get(f"{page}taking_back/").content.decode()
    assert "€20.00 are yours again" in asked
    client.post(f"{page}taking_back/", {"reason": ""})
    assert rest(voucher) == 2000
    told = client.post(f"{page}taking_back/", {"reason": "mistake"}, follow=True).content.decode()
    assert "€20.00 are yours again." in told
    assert "Taken back: yours again" in told
    assert "taking_back" not in told
    again = client.post(f"{page}taking_back/", {"reason": "mistake"}, follow=True).content.decode()
    assert "There is nothing left on it." in again
    assert (rest(voucher), available(voucher)) == (0, 2000)
