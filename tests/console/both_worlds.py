"""Two organizers with one of everything, and everybody who might knock at the console."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import models, transaction
from django.test import Client
from django.utils.timezone import now

from apps.accounts.fees import Band
from apps.accounts.models import ApiKey, ClubMember, Invitation, Organizer, User
from apps.accounts.roles import Role
from apps.audit.models import AuditRun
from apps.box_office.models import Till
from apps.checkin.models import Device, Gate
from apps.core.money import Money
from apps.events.models import Event
from apps.exports.models import Export, ExportFile, ExportSchedule
from apps.ledger import recipes
from apps.ledger.models import LedgerAccount, Posting
from apps.ledger.post import post
from apps.notifications.models import Mail
from apps.orders.models import Order
from apps.outbox.models import Delivery, DeliveryState, Message
from apps.payments.models import Dispute, FraudWarning, Payment, ProviderNotice
from apps.payouts.models import Payout
from apps.reconciliation.models import BalanceLine, Case
from apps.reconciliation.services.transfer import Moved, book_transfer
from apps.tickets.models import Ticket
from apps.trail.record import record
from apps.vouchers.services.write_voucher import NewVoucher, Recipient, write_voucher
from tests.factories.codes import make_discount
from tests.factories.invoicing import invoices_of, make_entity
from tests.factories.selling import (
    make_event,
    make_fees,
    make_member,
    make_organizer,
    make_payable,
    make_quota,
    make_user,
    make_variant,
    make_venue,
)
from tests.factories.world import buy, give_back, sell_at_the_door


@dataclass
class Everything:
    """One row of every kind, by model label."""

    organizer: Organizer
    event: Event
    rows: dict[str, models.Model] = field(default_factory=dict)

    def pk(self, label: str) -> int:
        return int(self.rows[label].pk)


def make_everything(mark: str) -> Everything:
    """`mark` is in every text of it that people read."""
    at = now()
    organizer = make_organizer(f"{mark} Ensemble", email=f"{mark.lower()}@example.org")
    method = make_payable(organizer)
    method.destination = f"{mark}-account"
    method.save()
    venue = make_venue(organizer, name=f"{mark} Halle", city=f"{mark}stadt")
    event = make_event(organizer, at=at, title=f"{mark} Konzert", venue=venue, slug=mark.lower())
    variant = make_variant(event, f"{mark} Parkett")
    quota = make_quota(event, 20, variant, name=f"{mark} Saal")
    gate = Gate.objects.create(event=event, name=f"{mark} Tor")
    order, _payment = buy(event, variant, 2, at=at)
    back, payment = buy(event, variant, 1, at=at)
    refund = give_back(back, at=at)
    till, _sold, _given_back = sell_at_the_door(event, at=at)
    Till.objects.filter(pk=till.pk).update(cashier=f"{mark} Bela")
    Device.objects.filter(pk=till.device_id).update(name=f"{mark} Kasse")
    Order.objects.filter(event=event).update(
        name=f"{mark} Byron", email=f"{mark.lower()}@buyer.org"
    )
    case, warning = _disputed(_payment, mark, at)
    Ticket.objects.filter(event=event).update(holder_name=f"{mark} Holder")
    rows: list[Any] = [
        till,
        organizer,
        method,
        venue,
        event,
        variant,
        quota,
        gate,
        order,
        refund,
        payment,
        case,
        warning,
    ]
    rows += [Ticket.objects.filter(unit__line__order=order)[0], _invoice(organizer, order, mark)]
    rows += [make_discount(organizer, f"{mark}TEN", note=f"{mark} newsletter")]
    rows += [_voucher(organizer, mark, at)]
    rows += _people(organizer, mark, at)
    rows += [make_fees(organizer, Band(Decimal(5)), at=at, note=f"{mark} contract")]
    rows += _machinery(organizer, order, mark, at)
    return Everything(organizer, event, {row._meta.label_lower: row for row in rows})


def _disputed(payment: Payment, mark: str, at: datetime) -> tuple[Dispute, FraudWarning]:
    case = Dispute.objects.create(
        payment=payment,
        provider=payment.provider,
        provider_id=f"PP-D-{mark}",
        state="inquiry",
        amount_minor=100,
        opened_at=at,
    )
    warning = FraudWarning.objects.create(
        payment=payment,
        provider=payment.provider,
        provider_id=f"issfr_{mark}",
        actionable=True,
        warned_at=at,
    )
    return case, warning


def _invoice(organizer: Organizer, order: Order, mark: str) -> models.Model:
    """To a company, so that its data is inside."""
    make_entity(organizer, name=f"{mark} GmbH")
    order.refresh_from_db()
    order.billing = {"company": f"{mark} AG", "street": "Ring 1", "city": f"{mark}stadt"}
    order.billing["country"], order.billing["postcode"] = "DE", "20457"
    order.save(update_fields=["billing"])
    return invoices_of(order)[0]


def _voucher(organizer: Organizer, mark: str, at: datetime) -> models.Model:
    """With nothing on it, so that the books are those of the sales."""
    cousin = Recipient(f"{mark} Cousin", f"{mark.lower()}@cousin.org")
    new = NewVoucher(organizer, "stripe", Money(2000, "EUR"))
    with transaction.atomic():
        return write_voucher(new, cousin, actor="user:1", at=at)


def _people(organizer: Organizer, mark: str, at: datetime) -> list[models.Model]:
    user = make_member(organizer, Role.STAFF, email=f"{mark.lower()}-staff@example.org")
    membership = organizer.memberships.get(user=user)
    invitation = Invitation.objects.create(
        organizer=organizer,
        email=f"{mark.lower()}-new@example.org",
        role=Role.STAFF,
        invited_by=user,
        expires_at=at + timedelta(days=3),
    )
    member = ClubMember.objects.create(
        organizer=organizer, email=f"{mark.lower()}-club@example.org", number=f"{mark}1"
    )
    key = ApiKey.objects.create(
        organizer=organizer,
        name=f"{mark} till",
        prefix=f"pk_{mark}",
        secret_hash=mark,
        role=Role.ADMIN,
        created_at=at,
    )
    return [user, membership, invitation, member, key]


def _machinery(organizer: Organizer, order: Order, mark: str, at: datetime) -> list[models.Model]:
    mail = Mail.objects.create(
        kind="order_confirmed",
        to=f"{mark.lower()}@buyer.org",
        language="en",
        organizer=organizer,
        about=order.subject,
        dedupe_key=mark,
        subject=f"{mark} tickets",
        state="failed",
        created_at=at,
        queued_at=at,
    )
    payout = Payout.objects.create(
        reference=f"PO{organizer.pk}",
        organizer=organizer,
        provider="paypal",
        amount_minor=100,
        currency="EUR",
        after_entry=0,
        up_to_entry=0,
        destination=f"{mark}-account",
        created_at=at,
    )
    with transaction.atomic():
        draft = recipes.provider_fee("paypal", f"test:{mark}", Money(1, "EUR"))
        post(draft, subject=order.subject, at=at)
    message = Message.objects.create(topic="order.placed", subject=order.subject)
    delivery = Delivery.objects.create(
        message=message, handler="apps.x", queue="default", due_at=at, state=DeliveryState.PARKED
    )
    notice = ProviderNotice.objects.create(
        provider="paypal",
        endpoint="platform",
        event_id=f"WH-{mark}",
        type="PAYMENT.CAPTURE.COMPLETED",
        subject="attempt",
        state="failed",
        livemode=False,
        body={"mark": mark},
        created_at=at,
        received_at=at,
    )
    run = AuditRun.objects.create(started_at=at, ended_at=at, checks=3)
    account = LedgerAccount.objects.get(code=f"org:{organizer.pk}:pending:paypal")
    posting = Posting.objects.filter(subject=order.subject).first()
    assert posting
    with transaction.atomic():
        act = record("payout.approve", about=payout, actor=f"user:{mark}", at=at, reason=mark)
    export = Export.objects.create(
        organizer=organizer,
        kind="orders",
        form="csv",
        first=at.date(),
        last=at.date(),
        actor=f"user:{mark}",
        created_at=at,
    )
    ExportFile.objects.create(export=export, language="en")
    schedule = ExportSchedule.objects.create(
        organizer=organizer,
        kind="orders",
        form="csv",
        every="month",
        next_first=at.date(),
        created_by=f"user:{mark}",
        created_at=at,
    )
    others = [export, schedule, mail, payout, message, delivery, notice, run, account, posting, act]
    return [*others, *_differing(posting, mark, at)]


def _differing(posting: Posting, mark: str, at: datetime) -> list[models.Model]:
    moved = Moved("paypal", Money(100, "EUR"), at.date(), uuid.uuid4(), note=mark)
    line = BalanceLine.objects.create(
        provider="paypal",
        provider_id=f"{mark}-LINE",
        kind="other",
        type="T2301",
        gross_minor=5,
        fee_minor=0,
        net_minor=5,
        currency="EUR",
        at=at,
        available_on=at,
        seen_at=at,
    )
    case = Case.objects.create(
        kind="unknown_money",
        subject=f"reconciliation.balanceline:{line.pk}",
        provider="paypal",
        amount_minor=5,
        currency="EUR",
        story={"told": "other", "line": line.pk},
        fix="suspend",
        found_at=posting.at,
        last_seen_at=at,
    )
    return [book_transfer(moved, actor="user:1", at=at), line, case]


@dataclass
class Knockers:
    """Who knocks, by a word that says it all."""

    clients: dict[str, Client]

    def __getitem__(self, who: str) -> Client:
        return self.clients[who]


def everybody(organizer: Organizer, other: Organizer) -> Knockers:
    users: dict[str, User | None] = {
        "nobody": None,
        "stranger": make_user(),
        "staff": make_member(organizer, Role.STAFF),
        "admin": make_member(organizer, Role.ADMIN),
        "owner": make_member(organizer, Role.OWNER),
        "other owner": make_member(other, Role.OWNER),
        "operator": make_user(is_staff=True),
    }
    clients = {}
    for who, user in users.items():
        clients[who] = Client()
        if user is not None:
            clients[who].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return Knockers(clients)
