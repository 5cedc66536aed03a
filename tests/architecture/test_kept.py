"""What is about money outlives the people and events it is about."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import models

RECORDS = (
    *("orders.Order", "orders.OrderPayment", "orders.OrderRefund", "orders.OrderRefundLine"),
    *("payments.Payment", "payments.Refund", "payments.Dispute", "payments.FraudWarning"),
    *("payouts.Payout", "payouts.Netting", "vouchers.GiftVoucher"),
    *("ledger.Posting", "ledger.Entry", "trail.MoneyAct"),
    *("invoices.Invoice", "invoices.InvoiceLine", "invoices.Paper"),
    *("reconciliation.Case", "reconciliation.CaseAct", "reconciliation.BankTransfer"),
)


@pytest.mark.parametrize("name", RECORDS)
def test_money_is_not_deleted_with_whom_it_is_about(name: str) -> None:
    fields = apps.get_model(name)._meta.get_fields()
    keys = [field for field in fields if isinstance(field, models.ForeignKey)]
    assert [k.name for k in keys if k.remote_field.on_delete is models.CASCADE] == []
