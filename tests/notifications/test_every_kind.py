"""Each mail of the table can be written in both languages, and says the same in text and HTML."""

from __future__ import annotations

import os
import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.db import models
from django.utils.timezone import now

from apps.accounts.models import Organizer, User
from apps.accounts.roles import Role
from apps.accounts.services.invite import invite
from apps.accounts.states import OrganizerState
from apps.exports.models import Export, ExportFile
from apps.invoices.models import Invoice
from apps.invoices.services.bill_fees import bill_fees
from apps.invoices.services.number import number_waiting
from apps.notifications.messages import KINDS
from apps.notifications.models import Mail, label_of
from apps.notifications.render import Written, write
from apps.orders.models import Order
from apps.orders.services.refund import refund_order
from apps.payments.models import Dispute, DisputeAnswer, FraudWarning, Payment, Refund
from apps.payouts.models import Payout
from apps.payouts.services.prove_paypal import ask_for_proof
from apps.reconciliation.models import Case
from apps.vouchers.services.block import replace
from apps.vouchers.services.write_voucher import Recipient
from tests.buying import Buyer, Shop
from tests.factories.invoicing import invoices_of, make_entity, make_platform
from tests.factories.selling import make_member, make_payable
from tests.factories.vouchers import make_voucher
from tests.notifications.evening import buys, set_evening

# Names, addresses, sums: what is the same in every language.
SAME = re.compile(
    r"^(https?://|-+$|[A-Z0-9]{4}-|Parkett|Ada Byron|Trockendock|Norderwerft|Zwölf Celli|PayPal$|INV-|\d{8}$|…)"
)
CONTEXT = {
    "activate_url": "http://testserver/accounts/confirm-email/x/",
    "password_reset_url": "http://testserver/accounts/password/reset/",
    "signup_url": "http://testserver/accounts/signup/",
    "code": "GCSR-LBWH",
    "reason": "",
}
SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def owner(shop: Shop) -> User:
    return make_member(shop.organizer, Role.OWNER, name="Lena Bogen")


def about(kind: str, shop: Shop, owner: User, ada: Buyer) -> tuple[models.Model, dict[str, object]]:
    """A row that the mail can be about, and its context."""
    set_evening(shop)
    if kind == "invitation":
        return invite(shop.organizer, "mira@example.org", Role.STAFF, by=owner, at=now()), {}
    if kind.startswith("payout_"):
        return _paying_out(kind, shop.organizer), {}
    if kind == "fees_billed":
        return _fees(ada), {}
    if kind.startswith("organizer_"):
        return shop.organizer, {}
    if kind.startswith("account_"):
        return owner, {}
    if kind.startswith("dispute_") or kind == "fraud_warning":
        return _disputed(kind, buys(ada))
    if kind == "cases_waiting" or kind.startswith(("export_", "voucher_")):
        return _desk_work(kind, shop.organizer)
    return _order(kind, ada)


def _paying_out(kind: str, organizer: Organizer) -> models.Model:
    if kind in {"payout_bank_refused", "payout_method_changed", "payout_account_replaced"}:
        method = make_payable(organizer)
        method.destination_since = now()
        method.save()
        return method
    if kind == "payout_address_proof":
        return ask_for_proof(organizer, "x@example.org", actor="user:1", at=now())
    return _payout(organizer)


def _disputed(kind: str, order: Order) -> tuple[models.Model, dict[str, object]]:
    payment = Payment.objects.get(order_payment__order=order)
    named = {"payment": payment, "provider": payment.provider, "provider_id": "du_1"}
    if kind == "fraud_warning":
        return FraudWarning.objects.create(**named, actionable=True, warned_at=now()), {}
    dispute = Dispute.objects.create(
        **named,
        state="lost" if kind == "dispute_decided" else "open",
        amount_minor=7600,
        reason="fraudulent",
        opened_at=now(),
        due_at=now() + timedelta(days=9),
    )
    if kind == "dispute_refused":
        DisputeAnswer.objects.create(
            dispute=dispute, kind="evidence", refused="too_late", actor="user:7", created_at=now()
        )
    return dispute, {}


def _payout(organizer: Organizer) -> Payout:
    return Payout.objects.create(
        reference="PO-4Q7KM2XD",
        organizer=organizer,
        provider="paypal",
        amount_minor=72_20,
        currency="EUR",
        destination="money@lichtbogen.example",
        after_entry=0,
        up_to_entry=9,
        created_at=now(),
    )


def _desk_work(kind: str, organizer: Organizer) -> tuple[models.Model, dict[str, object]]:
    if kind == "cases_waiting":
        return _case(), {}
    if kind == "voucher_issued":
        return make_voucher(organizer), {}
    if kind == "voucher_taken_back":
        voucher = make_voucher(organizer)
        return replace(voucher, Recipient(), reason="lost", actor="user:1", at=now()), {
            "amount": 2000
        }
    return _export(kind, organizer), {"site": "console"}


def _export(kind: str, organizer: Organizer) -> ExportFile:
    export = Export.objects.create(
        organizer=organizer,
        kind="orders",
        form="csv",
        first=date(2026, 3, 1),
        last=date(2026, 3, 31),
        actor="user:1",
        created_at=now(),
    )
    if kind == "export_failed":
        return ExportFile.objects.create(
            export=export, language="de", state="failed", failure="stopped"
        )
    return ExportFile.objects.create(
        export=export, language="de", state="ready", sha256="0" * 64, expires_at=now()
    )


def _case() -> Case:
    return Case.objects.create(
        kind="unknown_money",
        subject="reconciliation.balanceline:7",
        provider="paypal",
        amount_minor=12_34,
        currency="EUR",
        story={"told": "payment", "line": 7},
        fix="suspend",
        found_at=now(),
        last_seen_at=now(),
    )


def _fees(ada: Buyer) -> Invoice:
    order = buys(ada)
    make_entity(order.organizer)
    platform, later = make_platform(), now() + timedelta(days=40)
    bill_fees(platform, now().date().replace(day=1), at=later)
    number_waiting(platform, at=later)
    return Invoice.objects.get()


def _order(kind: str, ada: Buyer) -> tuple[Order, dict[str, object]]:
    if kind == "payment_failed":
        return ada.fills_in(ada.chooses()), {}
    if kind == "order_expired":
        order = ada.fills_in(ada.chooses())
        Order.objects.update(state="expired")
        return order, {}
    order = buys(ada)
    if kind == "invoice_ready":
        make_entity(order.organizer)
        return order, {"invoice": invoices_of(order)[0].pk}
    if kind in {"order_refunded", "surplus_refunded"}:
        refund_order(order, actor="user:1", reason="", at=now())
        return order, {"refund": Refund.objects.get().pk}
    if kind == "refund_failed":
        refund_order(order, actor="user:1", reason="", at=now())
        Refund.objects.update(state="failed")
        return order, {"refund": Refund.objects.get().pk}
    return order, {}


def mail_in(language: str, kind: str, thing: models.Model, context: dict[str, object]) -> Mail:
    at = now()
    return Mail(
        kind=kind,
        to="ada@example.org",
        language=language,
        about=label_of(thing),
        context=CONTEXT | context,
        created_at=at,
        queued_at=at,
    )


@pytest.mark.usefixtures("in_german")
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_written(kind: str, shop: Shop, owner: User, ada: Buyer) -> None:
    thing, context = about(kind, shop, owner, ada)
    if kind == "organizer_applied":
        Organizer.objects.update(state=OrganizerState.APPLIED)
    english = write(mail_in("en", kind, thing, context))
    german = write(mail_in("de", kind, thing, context))

    assert english.subject != german.subject
    assert words_of_its_own(english) & set(german.text.splitlines()) <= {shop.organizer.email}
    says_the_same_twice(english)
    says_the_same_twice(german)
    if SHOTS:
        (Path(SHOTS) / f"mail-{kind}.html").write_text(german.html)


def words_of_its_own(written: Written) -> set[str]:
    lines = set(written.text.splitlines()) - {"", "Ensemble Lichtbogen"}
    return {line for line in lines if not SAME.match(line)}


def says_the_same_twice(written: Written) -> None:
    assert "%(" not in written.text + written.html
    assert "\n" not in written.subject
    in_html = " ".join(unescape(re.sub(r"<[^>]+>", " ", written.html)).split())
    for line in written.text.splitlines():
        # Labels and sums stand apart there; the numeral of the day stands alone.
        for piece in re.split(r": (?=[\d€])|:$", line.strip()):
            if not piece.startswith(("http", "---")) and "2027" not in piece:
                assert " ".join(piece.split()) in in_html
    for url in re.findall(r"http\S+", written.text):
        assert url.replace("&", "&amp;") in written.html
