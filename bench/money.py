"""The parts that measure the books and what is made of them."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import now

from bench import books, calling_off, exporting, reconciling
from bench.lengths import Length
from bench.measuring import Meter
from bench.report import Report
from bench.world import Show

RECONCILED = 100_000  # payments
EXPORTED = 1_000_000  # entries


class MoneyParts:
    report: Report
    length: Length
    meter: Meter
    hot: Show
    at: datetime

    def reconciliation(self) -> None:
        event, count = self.hot.event, RECONCILED
        reconciling.make_payments(event.pk, event.organizer_id, count, at=self.at)
        self.report.note(reconciling.measured(count))

    def called_off(self) -> None:
        count = self.length.called_off
        self.report.note(calling_off.measured(self.meter, count, at=now()).words)

    def exports(self) -> None:
        exporting.make_entries(EXPORTED)
        for form in exporting.FORMS:
            self.report.note(exporting.measured(form))

    def ledger(self) -> None:
        for line in books.measured():
            self.report.note(line)
