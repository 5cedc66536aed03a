"""A code from the selection to the books: what is off, who may use it, and when it is free again."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import now

from apps.orders.buyers import browser_buyer
from apps.orders.models import Order
from apps.orders.services.cancel import cancel
from apps.orders.services.details import Details, save_details
from apps.orders.services.expire import expire
from apps.orders.services.place import Circumstances, Selection, place, replace
from apps.orders.services.refused import Refused
from apps.orders.services.start_payment import finish_free
from apps.orders.states import OrderState
from apps.payments.gateways.base import Kind
from apps.payments.models import Payment
from apps.variants.models import Variant
from apps.variants.refusals import Reason
from apps.vouchers.models import FREE, SPENT, Code, CodeUse
from apps.vouchers.services.end import end
from apps.vouchers.states import CodeKind
from tests.buying import Buyer, Shop
from tests.factories.codes import make_discount
from tests.factories.selling import make_event, make_organizer, make_quota, make_variant

BROWSER = uuid.uuid4()


def chooses(
    shop: Shop, typed: str, heads: int = 2, *, variant: Variant | None = None, **who: Any
) -> Order:
    selection = Selection(shop.event, {(variant or shop.parkett).pk: heads}, typed)
    buyer = browser_buyer(who.get("browser") or uuid.uuid4(), address="203.0.113.7")
    return place(selection, buyer, Circumstances(), at=who.get("at") or now())


def refused(shop: Shop, typed: str, **how: Any) -> list[Reason]:
    with pytest.raises(Refused) as why:
        chooses(shop, typed, **how)
    return [refusal.reason for refusal in why.value.refusals]


def uses(code: Code) -> list[str]:
    """When each is claimed until, a time being "held"."""
    found = CodeUse.objects.filter(code=code).order_by("number", "pk")
    ends = found.values_list("claimed_until", flat=True)
    return [str(end) if end in {FREE, SPENT} else "held" for end in ends]


def fills_in(order: Order, email: str = "ada@example.org") -> Order:
    save_details(order, Details(email=email, name="Ada Byron"), at=now())
    return order


def test_ten_per_cent_are_off_each_ticket_and_tax_and_fee_are_of_what_is_paid(shop: Shop) -> None:
    code = make_discount(shop.organizer, budget=2)
    order = chooses(shop, " welcome-10 ")
    line = order.lines.get()
    assert (order.code, order.total_minor, order.discount_minor, order.fee_minor) == (
        code,
        6840,
        760,
        342,
    )
    assert (line.unit_price_minor, line.total_minor, line.discount_minor) == (3420, 6840, 760)
    assert (line.tax_minor, line.before.minor) == (447, 7600)
    assert sorted(uses(code)) == [FREE, "held"]


def test_paid_with_a_code_the_use_is_spent_and_the_books_have_what_was_paid(shop: Shop) -> None:
    code = make_discount(shop.organizer, budget=1)
    ada = Buyer(shop)
    order = fills_in(chooses(shop, "WELCOME10"))
    payment = ada.goes_to(Kind.STRIPE, order)
    ada.pays(payment)
    paid = ada.comes_back(payment)
    assert (paid.state, payment.amount_minor, uses(code)) == (OrderState.PAID, 6840, [SPENT])
    assert shop.balances()["fee:platform"] == -342
    assert refused(shop, "WELCOME10") == [Reason.CODE_USED_UP]


def test_an_amount_off_each_ticket_is_never_more_than_its_price(shop: Shop) -> None:
    make_discount(shop.organizer, "FIVE", kind=CodeKind.FIXED, amount_minor=500)
    make_discount(shop.organizer, "GIFT", kind=CodeKind.FIXED, amount_minor=9900, budget=1)
    assert chooses(shop, "FIVE", 3).total_minor == 3 * 3300
    free = fills_in(chooses(shop, "GIFT"))
    assert (free.total_minor, free.discount_minor, free.fee_minor) == (0, 7600, 0)
    finish_free(free, at=now())
    free.refresh_from_db()
    assert (free.state, Payment.objects.count()) == (OrderState.PAID, 0)


def test_when_buyers_bear_the_fee_it_is_that_of_the_lower_price(shop: Shop) -> None:
    shop.event.buyers_bear_fee = True
    shop.event.save()
    make_discount(shop.organizer, "HALF", percent=50)
    order = chooses(shop, "HALF", 1)
    assert (order.total_minor, order.buyer_fee_minor, order.discount_minor) == (1995, 95, 1995)


def test_what_ends_unpaid_gives_the_use_back(shop: Shop) -> None:
    code = make_discount(shop.organizer, budget=1)
    endless = make_discount(shop.organizer, "ALWAYS")
    cancel(chooses(shop, "WELCOME10"), actor="system", reason="", at=now())
    assert uses(code) == [FREE]
    order = chooses(shop, "WELCOME10")
    assert expire(order, at=order.pay_by + timedelta(seconds=1))
    assert uses(code) == [FREE]
    cancel(chooses(shop, "ALWAYS"), actor="system", reason="", at=now())
    assert uses(endless) == []


def test_a_hold_lapses_by_itself_and_late_money_finds_the_code_used_up(shop: Shop) -> None:
    code = make_discount(shop.organizer, budget=1)
    ada = Buyer(shop)
    late = fills_in(chooses(shop, "WELCOME10"))
    payment = ada.goes_to(Kind.STRIPE, late)
    CodeUse.objects.update(claimed_until=now() - timedelta(minutes=1))  # as if nobody had worked
    second = chooses(shop, "WELCOME10")
    ada.pays(payment)
    ada.comes_back(payment)
    late.refresh_from_db()
    assert (late.state, CodeUse.objects.get(code=code).claim) == (OrderState.EXPIRED, second.claim)
    assert shop.balances().get("fee:platform") is None


def test_choosing_again_keeps_the_last_use(shop: Shop) -> None:
    code = make_discount(shop.organizer, budget=1, per_person=1)
    first = chooses(shop, "WELCOME10", browser=BROWSER)
    buyer = browser_buyer(BROWSER, address="203.0.113.7")
    selection = Selection(shop.event, {shop.parkett.pk: 3}, "WELCOME10")
    second = replace(first, selection, buyer, Circumstances(), at=now())
    assert (second.total_minor, uses(code)) == (10260, ["held"])
    third = replace(
        second, Selection(shop.event, {shop.parkett.pk: 3}), buyer, Circumstances(), at=now()
    )
    assert (third.total_minor, third.code, uses(code)) == (11400, None, [FREE])


def test_once_per_person_is_by_browser_and_at_checkout_by_address(shop: Shop) -> None:
    code = make_discount(shop.organizer, per_person=1)
    fills_in(chooses(shop, "WELCOME10", browser=BROWSER))
    other = make_event(shop.organizer, at=now())
    make_quota(other, 5, loge := make_variant(other, "Loge"))
    elsewhere = Shop(shop.sandbox, shop.organizer, other, loge, shop.hall)
    assert refused(elsewhere, "WELCOME10", browser=BROWSER) == [Reason.CODE_ONCE_PER_PERSON]
    order = chooses(elsewhere, "WELCOME10")
    with pytest.raises(Refused):
        fills_in(order, "ADA@example.org")
    order.refresh_from_db()
    assert (order.email, order.state, len(uses(code))) == ("", OrderState.OPEN, 2)
    assert fills_in(order, "grace@example.org").email == "grace@example.org"


def test_each_code_that_does_not_work_says_why(shop: Shop) -> None:
    at = now()
    theirs = make_organizer()
    make_discount(theirs, "THEIRS")
    make_discount(shop.organizer, "SOON", starts_at=at + timedelta(days=1))
    make_discount(shop.organizer, "GONE", ends_at=at - timedelta(days=1))
    make_discount(shop.organizer, "BIG", least_minor=10_000)
    make_discount(shop.organizer, "ELSEWHERE", event=make_event(shop.organizer))
    loge = make_variant(shop.event, "Loge")
    make_discount(shop.organizer, "LOGE", variants=[loge])
    end(make_discount(shop.organizer, "ENDED"), actor="user:1", at=at)
    make_discount(shop.organizer, "KRONEN", kind=CodeKind.FIXED, amount_minor=1, currency="CHF")
    said = {typed: refused(shop, typed) for typed in (
        "NOBODYS", "THEIRS", "SOON", "GONE", "BIG", "ELSEWHERE", "LOGE", "ENDED", "KRONEN",
    )}  # fmt: skip
    assert said == {
        "NOBODYS": [Reason.CODE_UNKNOWN],
        "THEIRS": [Reason.CODE_UNKNOWN],
        "SOON": [Reason.CODE_NOT_YET],
        "GONE": [Reason.CODE_OVER],
        "BIG": [Reason.CODE_TOO_LITTLE],
        "ELSEWHERE": [Reason.CODE_NOT_FOR_THESE],
        "LOGE": [Reason.CODE_NOT_FOR_THESE],
        "ENDED": [Reason.CODE_OVER],
        "KRONEN": [Reason.CODE_NOT_FOR_THESE],
    }
    assert (Order.objects.count(), CodeUse.objects.count()) == (0, 0)


def test_a_code_opens_what_is_not_shown_and_what_is_for_members(shop: Shop) -> None:
    press = make_variant(shop.event, "Presse", with_code_only=True)
    club = make_variant(shop.event, "Club", members_only=True)
    make_discount(shop.organizer, "PRESS", kind=CodeKind.ACCESS)
    make_discount(shop.organizer, "CLUB", kind=CodeKind.ACCESS, variants=[club])
    assert refused(shop, "", variant=press) == [Reason.NOT_FOR_SALE]
    assert refused(shop, "CLUB", variant=press)[0] == Reason.NOT_FOR_SALE
    assert refused(shop, "PRESS", variant=club)[0] == Reason.MEMBERS_ONLY
    assert refused(shop, "PRESS") == [Reason.CODE_NOT_FOR_THESE]
    assert chooses(shop, "PRESS", variant=press).total_minor == 7600
    assert chooses(shop, "CLUB", variant=club).discount_minor == 0
