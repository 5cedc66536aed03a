"""For every check of the audit: what breaks its rule, and the rows it must then name."""

from __future__ import annotations

from tests.factories.damage_of_cases import DAMAGE_OF_CASES
from tests.factories.damage_of_codes import CODES
from tests.factories.damage_of_payouts import DAMAGE_OF_PAYOUTS
from tests.factories.damage_of_refunds import REFUNDS
from tests.factories.damage_of_vouchers import VOUCHERS
from tests.factories.dispute_damage import DISPUTES
from tests.factories.twin import twin

# name: (SQL, rows); names in braces are the world's, see `test_every_check.py`.
DAMAGE: dict[str, tuple[str, list[str]]] = {
    **REFUNDS,
    **CODES,
    **VOUCHERS,
    **DAMAGE_OF_PAYOUTS,
    # 1: places
    "a place is free, or has an owner": (
        """
        ALTER TABLE inventory_place DROP CONSTRAINT place_owner;
        UPDATE inventory_place SET claim = NULL WHERE id = {place}
        """,
        ["place {place}"],
    ),
    "a quota has sold no more places than its capacity, and has as many as its capacity": (
        "UPDATE inventory_quota SET capacity = 4 WHERE id = {quota}",
        ["quota {quota}: 2 sold, 5 places, capacity 4"],
    ),
    "a seat of an event is one place": (
        """
        ALTER TABLE inventory_place DROP CONSTRAINT place_seat_once;
        UPDATE inventory_place SET seat_id = 1 WHERE id IN ({place}, {next_place})
        """,
        ["places {place} and {next_place}"],
    ),
    "a sold place belongs to a unit": (
        "DELETE FROM orders_unitplace WHERE place_id = {place}",
        ["place {place} of quota {quota}"],
    ),
    "the place of a unit is sold to its order": (
        "UPDATE inventory_place SET claim = gen_random_uuid() WHERE id = {place}",
        ["place {place} of unit {unit} of order {paid}"],
    ),
    # 2: tickets
    "a living unit has a living ticket, an ended one has none": (
        "UPDATE tickets_ticket SET state = 'refunded' WHERE id = {ticket}",
        ["unit {unit}: ticket {ticket_reference} is refunded"],
    ),
    "a living unit holds one place in every quota of its variant, an ended one none": (
        "DELETE FROM orders_unitplace WHERE unit_id = {unit}",
        ["unit {unit} holds places in quotas {{}} instead of {{{quota}}}"],
    ),
    "a paid order has a unit for each head of its lines, another order has none": (
        "UPDATE orders_orderline SET quantity = 3 WHERE id = {line}",
        ["order {paid} (paid): line {line} has 2 units of 3"],
    ),
    "a ticket that was upgraded has ended, and its upgrade is of the same event": (
        "UPDATE orders_orderline SET upgrades_id = {unit} WHERE order_id = {sold_here_order}",
        ["unit {unit}, upgraded by order {sold_here_reference}"],
    ),
    # 3: the books
    "a checkpoint equals the sum of the entries it covers": (
        "UPDATE ledger_checkpoint SET balance_minor = balance_minor + 1 WHERE id = {checkpoint}",
        ["checkpoint {checkpoint} of account {account}"],
    ),
    "closings cover every entry up to the last one once": (
        "UPDATE ledger_closing SET after_entry = 1 WHERE id = {closing}",
        ["closing {closing} begins after entry 1, not 0"],
    ),
    "the sums of a closing equal the entries it covers": (
        "UPDATE ledger_daysum SET amount_minor = amount_minor + 1 WHERE id = {day_sum}",
        ["closing {closing}: account {summed}, {summed_kind} of {summed_day}"],
    ),
    "a posting is whole and balances to zero per currency": (
        "UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE id = {entry}",
        ["posting {posting}: sale:order:{paid_id}"],
    ),
    "an entry belongs to a posting": (
        """
        INSERT INTO ledger_entry (id, posting_id, account_id, amount_minor)
        VALUES (999999, 0, {account}, 5)
        """,
        ["entry 999999 of posting 0"],
    ),
    "every account is in the chart": (
        "INSERT INTO ledger_ledgeraccount (code, currency) VALUES ('petty_cash', 'EUR')",
        ["account petty_cash EUR"],
    ),
    "the books are append-only: their guards are in force": (
        "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only",
        ["ledger_entry_append_only"],
    ),
    # 4: money
    "a captured payment has its time, and the provider's name for it": (
        "UPDATE payments_payment SET captured_at = NULL WHERE id = {payment_id}",
        ["payment {payment}"],
    ),
    "a known provider fee of captured money is in the books, once and to the cent": (
        "UPDATE payments_payment SET fee_minor = 38 WHERE id = {payment_id}",
        ["payment {payment}: fee 38, booked 37"],
    ),
    "a paid order is paid by one captured payment of what its voucher left, another order by none": (
        "UPDATE orders_orderpayment SET applied = false WHERE payment_id = {payment_id}",
        ["order {paid} (paid): 0 of 7600 applied"],
    ),
    "a sale in the books is a paid order, with its total and its fee": (
        "UPDATE orders_order SET fee_minor = 379 WHERE id = {paid_id}",
        ["posting sale:order:{paid_id}"],
    ),
    "captured money is in the books once, to the cent: applied to its order, or unapplied": (
        "DELETE FROM ledger_entry WHERE posting_id = {posting}",
        ["payment {payment} (captured): 0 booked of 7600"],
    ),
    "nothing is sent that was not owed: what we owe does not turn into a claim": (
        """
        INSERT INTO ledger_entry (posting_id, account_id, amount_minor)
        SELECT 0, id, 7605 FROM ledger_ledgeraccount WHERE code = 'refunds_in_transit:paypal'
        """,
        ["account refunds_in_transit:paypal EUR: 5"],
    ),
    "what organizers have in their own tills is their own: tills, own sales and differences add up": (
        """
        WITH till AS (
            INSERT INTO ledger_ledgeraccount (code, currency) VALUES ('till:7:3', 'EUR') RETURNING id
        )
        INSERT INTO ledger_entry (posting_id, account_id, amount_minor) SELECT 0, id, 5 FROM till
        """,
        ["organizer 7 EUR: 5"],
    ),
    "what a provider kept of a sale is borne by its organizer once, where its terms say so": (
        "UPDATE orders_order SET passes_provider_fee = true WHERE id = {paid_id}",
        ["payment {payment} of order {paid}: 0 passed on of 37"],
    ),
    "the lines of an order add up to it": (
        "UPDATE orders_orderline SET total_minor = total_minor - 1 WHERE id = {line}",
        ["order {paid}"],
    ),
    "a closed till was booked with what was counted, an open one was not": (
        """
        UPDATE box_office_till SET state = 'closed', closed_at = opened_at, counted_minor = 6000,
        terminal_minor = 0 WHERE id = {till}
        """,
        ["till {till} (closed): 0 booked"],
    ),
    "a device's till holds in the books what its open till says, and nothing without one": (
        "UPDATE box_office_tillline SET amount_minor = 1001 WHERE id = {sold_here}",
        ["device {device}: cash 6000 in the books, 6001 in its open till"],
    ),
    "the books of tills are append-only: their guards are in force": (
        "ALTER TABLE box_office_tillline DISABLE TRIGGER box_office_tillline_no_truncate",
        ["box_office_tillline_no_truncate"],
    ),
    "what a box office sold is in the book of one till with what no voucher paid, and nothing else is": (
        "DELETE FROM box_office_tillline WHERE id = {sold_here}",
        ["order {sold_here_reference} (paid): 0 times 0 of 1000 in a till"],
    ),
    "what a till gave back is a refund of that order, to the cent": (
        "UPDATE box_office_tillline SET amount_minor = -999 WHERE id = {given_back_here}",
        ["line {given_back_here} of till {till}: -999"],
    ),
    **DISPUTES,
    # 5: the door
    "a scan that admitted somebody made an entry": (
        "DELETE FROM checkin_entry",
        ["scan {scan}"],
    ),
    "a ticket is inside once, or the double entry is marked as such": (
        "DROP INDEX entry_once;"
        + twin(
            "checkin_entry",
            '"id": {next_inside}, "scan_id": "11111111-1111-4111-8111-111111111111"',
        ),
        ["ticket {scanned} is inside 2 times"],
    ),
    "an entry has the scan that admitted it, of the same ticket at the same event": (
        "UPDATE checkin_scan SET verdict = 'blocked'",
        ["entry {inside} of ticket {scanned}"],
    ),
    "what a phone logged is on record as a scan": (
        """
        INSERT INTO checkin_logentry (device_id, seq, entry_id, kind, prev, hash, text,
            happened_at, within_ms, received_at, quarantined)
        VALUES ({device}, 7, gen_random_uuid(), 'scan', '', '', '', now(), 0, now(), false)
        """,
        ["entry 7 of device {device}"],
    ),
    "scans, logs and notes on doubts are append-only: their guards are in force": (
        "ALTER TABLE checkin_logentry DISABLE TRIGGER checkin_logentry_no_truncate",
        ["checkin_logentry_no_truncate"],
    ),
    "phones hear of every change: the triggers that mark it are in force": (
        "ALTER TABLE checkin_entry DISABLE TRIGGER checkin_entry_touched",
        ["checkin_entry_touched"],
    ),
    # 6: tenants
    "a payment is for an order in the order's currency": (
        "UPDATE payments_payment SET currency = 'CHF' WHERE id = {payment_id}",
        ["orders_orderpayment {order_payment}"],
    ),
    "a payout is marked on orders of its organizer": (
        "UPDATE payouts_payoutorder SET order_id = {foreign} WHERE id = {payout_order}",
        ["payouts_payoutorder {payout_order}"],
    ),
    "a place is of the event of its quota": (
        "UPDATE inventory_place SET event_id = {elsewhere} WHERE id = {place}",
        ["inventory_place {place}"],
    ),
    "a scan names no ticket of another organizer": (
        "UPDATE checkin_scan SET event_id = {elsewhere}",
        ["scan {scan} names ticket {scanned}"],
    ),
    "a ticket admits to the event its unit was sold for, as the variant that was sold": (
        "UPDATE tickets_ticket SET event_id = {elsewhere} WHERE id = {ticket}",
        ["orders_unit {unit}"],
    ),
    "a ticket is of a variant of its event": (
        "UPDATE tickets_ticket SET event_id = {elsewhere} WHERE id = {ticket}",
        ["tickets_ticket {ticket}"],
    ),
    "a unit holds places of its order's event": (
        "UPDATE inventory_place SET event_id = {elsewhere} WHERE id = {place}",
        ["orders_unitplace {unit_place}"],
    ),
    "a variant draws from quotas of its event": (
        "UPDATE variants_variant SET event_id = {elsewhere} WHERE id = {variant}",
        ["inventory_draw {draw}"],
    ),
    "an event takes place in a venue of its organizer": (
        "UPDATE seating_venue SET organizer_id = {foreign_organizer} WHERE id = {venue}",
        ["events_event {event}"],
    ),
    "an order is of the organizer of its event": (
        "UPDATE orders_order SET organizer_id = {foreign_organizer} WHERE id = {paid_id}",
        ["orders_order {paid_id}"],
    ),
    "an order line sells a variant of the order's event": (
        "UPDATE orders_orderline SET variant_id = {foreign_variant} WHERE id = {line}",
        ["orders_orderline {line}"],
    ),
    "a till sells for the event of its device": (
        "UPDATE orders_order SET event_id = {elsewhere} WHERE id = {sold_here_order}",
        ["line {sold_here} of till {till}"],
    ),
    # 7: nothing is forgotten
    "a delivery is waiting, done or parked, and nothing else": (
        "UPDATE outbox_delivery SET state = 'odd' WHERE id = {delivery}",
        ["delivery {delivery} is odd"],
    ),
    "a provider notice is done, in retry, or parked in sight": (
        """
        INSERT INTO payments_providernotice (provider, endpoint, event_id, type, state, subject,
        reference, ids, account, livemode, body, error, created_at, received_at) VALUES ('paypal',
        'platform', 'WH-1', 'T', 'received', '', '', '{{}}', '', false, '{{}}', '', now(), now())
        """,
        ["paypal notice T WH-1 is received"],
    ),
    "no lease is older than its limit, and what is due is being tried": (
        """
        UPDATE outbox_delivery SET state = 'leased', due_at = '2020-01-01 00:00:00+00'
        WHERE id = {delivery}
        """,
        ["delivery {delivery} to {handler} is leased, due since 2020-01-01 00:00:00+00"],
    ),
    **DAMAGE_OF_CASES,
}
