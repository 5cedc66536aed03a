"""The rows behind payments: refunds, notices and their deliveries, audits."""

from __future__ import annotations

import json
from datetime import UTC

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from apps.console.desk import Desk
from apps.console.moments import local
from apps.core.models import StateChange
from apps.orders.models import Order
from apps.orders.services.send_back import owed_to_buyer
from apps.outbox.models import Delivery
from apps.payments.models import ProviderNotice, Refund


def refund(request: HttpRequest, desk: Desk, row: Refund) -> HttpResponse:
    order = Order.objects.filter(payments__payment=row.payment).first()
    return desk.render(
        request,
        "console/refund_row.html",
        row,
        title=_("Refund of payment %s") % row.payment,
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
