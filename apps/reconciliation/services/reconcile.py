from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from apps.payments.gateways.registry import set_up
from apps.reconciliation.coverage import coverages
from apps.reconciliation.models import Run
from apps.reconciliation.services.link_lines import link_lines
from apps.reconciliation.services.look import Looked, look
from apps.reconciliation.services.read_balances import read_balances
from apps.reconciliation.services.read_statement import read_statement


def reconcile(
    providers: Sequence[str] | None = None, *, since: datetime | None = None, at: datetime
) -> tuple[list[Run], Looked]:
    """
    Read the statements, find the rows they are about, compare, open and close cases. Each step may be
    done again: what was cut off is made up for by the next time.

    :param providers: None: all that are set up.

    Not in a transaction. A provider that cannot be read is on its run; the others are compared.
    """
    asked = set_up() if providers is None else providers
    runs = [read_statement(provider, since=since, at=at) for provider in asked]
    link_lines()
    fresh = {run.provider for run in runs if not run.error}
    for coverage in coverages():
        if coverage.provider in fresh:
            read_balances(coverage, at=at)
    return runs, look(at=at)
