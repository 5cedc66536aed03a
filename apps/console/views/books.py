"""The ledger, from the account to the posting to what it is about; and the rows behind payments."""

from __future__ import annotations

import json
from datetime import UTC

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.console.desk import Desk
from apps.console.moments import local
from apps.core.models import StateChange
from apps.core.money import total
from apps.ledger.balances import all_balances, balance
from apps.ledger.chart import Code
from apps.ledger.models import Entry, LedgerAccount, Posting
from apps.orders.models import Order
from apps.orders.services.send_back import owed_to_buyer
from apps.outbox.models import Delivery
from apps.payments.models import ProviderNotice, Refund

PAGE = 100


def account(request: HttpRequest, desk: Desk, row: LedgerAccount) -> HttpResponse:
    entries = Entry.objects.filter(account=row).select_related("posting").order_by("-pk")
    return desk.render(
        request,
        "console/ledger_account.html",
        row,
        title=row.code,
        account=row,
        balance=balance(Code(row.code), row.currency),
        page=Paginator(entries, PAGE).get_page(request.GET.get("page")),
    )


def posting(request: HttpRequest, desk: Desk, row: Posting) -> HttpResponse:
    entries = list(row.entries.select_related("account").order_by("pk"))
    return desk.render(
        request, "console/posting.html", row, title=row.key, posting=row, entries=entries
    )


def trial_balance(request: HttpRequest, desk: Desk) -> HttpResponse:
    balances = all_balances()
    currencies = sorted({currency for _code, currency in balances})
    books = [
        (
            currency,
            [(code, money) for (code, of), money in balances.items() if of == currency and money],
            total((m for (_c, of), m in balances.items() if of == currency), currency),
        )
        for currency in currencies
    ]
    return desk.render(
        request, "console/trial_balance.html", None, title=_("Trial balance"), books=books
    )


def refund(request: HttpRequest, desk: Desk, row: Refund) -> HttpResponse:
    order = Order.objects.filter(payments__payment=row.payment).first()
    return desk.render(
        request,
        "console/refund_row.html",
        row,
        title=str(row),
        refund=row,
        order=order,
        owed=owed_to_buyer(row.payment, order) if order else None,
        changes=changes_of(row),
    )


def notice(request: HttpRequest, desk: Desk, row: ProviderNotice) -> HttpResponse:
    return desk.render(
        request,
        "console/notice.html",
        row,
        title=row.type,
        notice=row,
        body=json.dumps(row.body, indent=2, ensure_ascii=False),
        deliveries=Delivery.objects.filter(message=row.message_id) if row.message_id else [],
        changes=changes_of(row),
    )


def delivery(request: HttpRequest, desk: Desk, row: Delivery) -> HttpResponse:
    return desk.render(request, "console/delivery.html", row, title=row.message.topic, delivery=row)


def audit(request: HttpRequest, desk: Desk, row: Model) -> HttpResponse:
    began = local(row.started_at, UTC)  # type: ignore[attr-defined]  # annotated by the query
    return desk.render(request, "console/audit.html", row, title=f"{began} UTC", run=row)


def changes_of(row: Model) -> list[StateChange]:
    changes = StateChange.objects.filter(subject=row._meta.label_lower, subject_id=row.pk)
    return list(changes.order_by("pk"))
