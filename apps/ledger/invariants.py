from __future__ import annotations

from apps.core.invariants import Check, in_force
from apps.ledger import chart
from apps.ledger.close import MOVED

# Guards of migration 0002 (and of core/append_only.py) that must be in force.
GUARDS = [
    f"{table}_{guard}"
    for table, guards in {
        "ledger_ledgeraccount": ("append_only", "no_truncate"),
        "ledger_posting": ("append_only", "no_truncate", "whole"),
        "ledger_entry": ("append_only", "no_truncate", "whole"),
        "ledger_closing": ("append_only", "no_truncate"),
        "ledger_daysum": ("append_only", "no_truncate"),
    }.items()
    for guard in guards
]

# Accounts as they stand: the last checkpoint and what came after it.
_WITH_BALANCES = """
        FROM ledger_ledgeraccount a
        LEFT JOIN LATERAL (
            SELECT entry_id, balance_minor FROM ledger_checkpoint
            WHERE account_id = a.id ORDER BY entry_id DESC LIMIT 1
        ) c ON true
        CROSS JOIN LATERAL (
            SELECT coalesce(c.balance_minor, 0) + coalesce(sum(amount_minor), 0) AS minor
            FROM ledger_entry WHERE account_id = a.id AND id > coalesce(c.entry_id, 0)
        ) balance
"""

CHECKS = (
    Check(
        3,
        "a posting is whole and balances to zero per currency",
        """
        SELECT format('posting %%s: %%s', p.id, p.key)
        FROM ledger_posting p
        LEFT JOIN LATERAL (
            SELECT sum(net.entries) AS entries,
                   bool_and(net.amount = 0 AND net.currency IS NOT NULL) AS balanced
            FROM (
                SELECT a.currency, count(*) AS entries, sum(e.amount_minor) AS amount
                FROM ledger_entry e LEFT JOIN ledger_ledgeraccount a ON a.id = e.account_id
                WHERE e.posting_id = p.id GROUP BY a.currency
            ) net
        ) found ON true
        WHERE p.id > %(after)s AND p.id <= %(up_to)s
          AND (found.entries IS DISTINCT FROM p.lines OR found.balanced IS NOT TRUE)
        ORDER BY p.id
        """,
        over="ledger_posting",
    ),
    Check(
        3,
        "an entry belongs to a posting",
        """
        SELECT format('entry %%s of posting %%s', e.id, e.posting_id)
        FROM ledger_entry e LEFT JOIN ledger_posting p ON p.id = e.posting_id
        WHERE e.id > %(after)s AND e.id <= %(up_to)s AND p.id IS NULL
        ORDER BY e.id
        """,
        over="ledger_entry",
    ),
    Check(
        3,
        "a checkpoint equals the sum of the entries it covers",
        """
        SELECT format('checkpoint %%s of account %%s', c.id, c.account_id)
        FROM ledger_checkpoint c
        LEFT JOIN LATERAL (
            SELECT entry_id, balance_minor FROM ledger_checkpoint
            WHERE account_id = c.account_id AND entry_id < c.entry_id
            ORDER BY entry_id DESC LIMIT 1
        ) before ON true
        WHERE c.id > %(after)s AND c.id <= %(up_to)s
          AND c.balance_minor <> coalesce(before.balance_minor, 0) + (
            SELECT coalesce(sum(amount_minor), 0) FROM ledger_entry
            WHERE account_id = c.account_id AND id > coalesce(before.entry_id, 0) AND id <= c.entry_id
          )
        ORDER BY c.id
        """,
        over="ledger_checkpoint",
    ),
    Check(
        3,
        "closings cover every entry up to the last one once",
        """
        SELECT format('closing %%s begins after entry %%s, not %%s', c.id, c.after_entry, before.entry)
        FROM ledger_closing c
        CROSS JOIN LATERAL (
            SELECT coalesce(max(up_to_entry), 0) AS entry FROM ledger_closing WHERE id < c.id
        ) before
        WHERE c.id > %(after)s AND c.id <= %(up_to)s AND c.after_entry <> before.entry
        ORDER BY c.id
        """,
        over="ledger_closing",
    ),
    Check(
        3,
        "the sums of a closing equal the entries it covers",
        f"""
        SELECT format('closing %%s: account %%s, %%s of %%s', c.id, account_id, kind, day)
        FROM ledger_closing c
        CROSS JOIN LATERAL (
            SELECT account_id, organizer, kind, day, sums.amount_minor, sums.entries,
                booked.amount_minor AS booked_minor, booked.entries AS booked_entries
            FROM (SELECT * FROM ledger_daysum WHERE closing_id = c.id) sums
            FULL JOIN (
                {MOVED} WHERE e.id > c.after_entry AND e.id <= c.up_to_entry GROUP BY 1, 2, 3, 4
            ) booked USING (account_id, organizer, kind, day)
        ) compared
        WHERE c.id > %(after)s AND c.id <= %(up_to)s
          AND (amount_minor, compared.entries) IS DISTINCT FROM (booked_minor, booked_entries)
        ORDER BY c.id, account_id, kind, day
        """,  # noqa: S608 - all of it stands above
        over="ledger_closing",
        values={"organizers_pattern": chart.ORGANIZERS_PATTERN},
    ),
    in_force(3, "the books are append-only: their guards are in force", GUARDS),
    Check(
        3,
        "every account is in the chart",
        """
        SELECT format('account %%s %%s', code, currency) FROM ledger_ledgeraccount
        WHERE id > %(after)s AND id <= %(up_to)s AND code !~ %(pattern)s
        ORDER BY id
        """,
        over="ledger_ledgeraccount",
        values={"pattern": chart.PATTERN},
    ),
    Check(
        4,
        "nothing is sent that was not owed: what we owe does not turn into a claim",
        """
        SELECT format('account %%s %%s: %%s', a.code, a.currency, balance.minor)
        """
        + _WITH_BALANCES
        + """
        WHERE a.id > %(after)s AND a.id <= %(up_to)s AND a.code ~ %(pattern)s AND balance.minor > 0
        ORDER BY a.id
        """,
        over="ledger_ledgeraccount",
        values={"pattern": chart.OWED_PATTERN},
    ),
    Check(
        4,
        "what providers withhold for disputes is ours: it does not turn into a debt",
        """
        SELECT format('account %%s %%s: %%s', a.code, a.currency, balance.minor)
        """
        + _WITH_BALANCES
        + """
        WHERE a.id > %(after)s AND a.id <= %(up_to)s AND a.code ~ %(pattern)s AND balance.minor < 0
        ORDER BY a.id
        """,
        over="ledger_ledgeraccount",
        values={"pattern": chart.HELD_PATTERN},
    ),
    Check(
        4,
        "what organizers have in their own tills is their own: tills, own sales and differences add up",
        """
        SELECT format('organizer %%s %%s: %%s', split_part(a.code, ':', 2), a.currency, sum(balance.minor))
        """
        + _WITH_BALANCES
        + """
        WHERE a.code ~ %(pattern)s
        GROUP BY split_part(a.code, ':', 2), a.currency
        HAVING sum(balance.minor) <> 0
        ORDER BY 1
        """,
        values={"pattern": chart.OWN_PATTERN},
    ),
)
