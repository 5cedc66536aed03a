"""Every periodic job, one table. Each may run twice, or not at all for a while: they only tidy and nudge."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab


def every(seconds: float, task: str, queue: str = "default") -> dict[str, Any]:
    # A job that was not taken before the next one is due is pointless: it expires.
    return {"task": task, "schedule": seconds, "options": {"queue": queue, "expires": seconds}}


def nightly(hour: int, minute: int, task: str) -> dict[str, Any]:
    return {
        "task": task,
        "schedule": crontab(hour=hour, minute=minute),
        "options": {"queue": "bulk"},
    }


SCHEDULE: dict[str, dict[str, Any]] = {
    "heartbeat": every(20, "ops.heartbeat", "critical"),
    "expire orders": every(15, "orders.expire", "critical"),
    "sold out": every(60, "orders.sold_out"),
    "complete events": every(300, "events.complete"),
    "complete orders": every(600, "orders.complete"),
    "poll payments": every(20, "payments.poll", "critical"),
    "missed events": every(3600, "payments.fetch_missed", "bulk"),
    "missed events of days": nightly(3, 20, "payments.fetch_missed_of_days"),
    "missed events of accounts": every(3600, "payouts.fetch_missed", "bulk"),
    "missed events of accounts of days": nightly(3, 25, "payouts.fetch_missed_of_days"),
    "remind of disputes": every(900, "payments.remind_disputes", "bulk"),
    "tend notices": every(900, "payments.tend_notices", "bulk"),
    "sweep places": every(300, "orders.sweep_places", "bulk"),
    "look at payouts": every(60, "payouts.look", "bulk"),
    "expire vouchers": nightly(2, 30, "vouchers.expire"),
    "release money": every(600, "payouts.release_due", "bulk"),
    "number invoices": every(300, "invoices.number_waiting", "bulk"),
    "draft missing invoices": nightly(2, 40, "invoices.draft_missing"),
    "check VAT ids again": every(1800, "invoices.check_vat_again", "bulk"),
    "bill fees": nightly(2, 50, "invoices.bill_fees"),
    "ledger checkpoints": every(300, "ledger.write_checkpoints", "bulk"),
    "seal the day": every(3600, "trail.seal", "bulk"),
    "remind": every(900, "notifications.remind", "bulk"),
    "exports by mail": every(900, "exports.run_schedules", "bulk"),
    "delete old exports": every(3600, "exports.expire", "bulk"),
    "forget old mails": every(3600, "notifications.forget", "bulk"),
    "reconcile": nightly(3, 40, "reconciliation.reconcile"),
    # The second look of a night confirms a balance that the first one found to differ.
    "reconcile again": nightly(4, 40, "reconciliation.reconcile"),
    "look at our own rows": every(3600, "reconciliation.look_lightly", "bulk"),
    "tell of open cases": nightly(5, 30, "reconciliation.tell_of_cases"),
    "audit": nightly(3, 17, "audit.run"),
}
