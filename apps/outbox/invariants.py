from __future__ import annotations

from apps.core.invariants import Check

# A lease lapses after 60 s and is taken again at once while the relay runs and the broker has room. Behind
# a backlog it waits for its turn, and something of its queue is always leased.
UNATTENDED = "10 minutes"

CHECKS = (
    Check(
        7,
        "no lease is older than its limit, and what is due is being tried",
        """
        SELECT format('delivery %%s to %%s is %%s, due since %%s', id, handler, state, due_at)
        FROM outbox_delivery
        WHERE state IN ('pending', 'leased') AND due_at < now() - %(unattended)s::interval
          AND queue NOT IN (
            SELECT queue FROM outbox_delivery
            WHERE state = 'leased' AND due_at >= now() - %(unattended)s::interval
          )
        ORDER BY id
        """,
        values={"unattended": UNATTENDED},
    ),
    Check(
        7,
        "a delivery is waiting, done or parked, and nothing else",
        """
        SELECT format('delivery %%s is %%s', id, state) FROM outbox_delivery
        WHERE id > %(after)s AND id <= %(up_to)s
          AND (state NOT IN ('pending', 'leased', 'done', 'parked')
               OR (state = 'done') IS DISTINCT FROM (done_at IS NOT NULL))
        ORDER BY id
        """,
        over="outbox_delivery",
    ),
)
