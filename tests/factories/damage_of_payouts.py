"""See damage.py: what breaks the rules of money going out, and of the trail."""

from __future__ import annotations

from tests.factories.twin import twin

DAMAGE_OF_PAYOUTS: dict[str, tuple[str, list[str]]] = {
    "what was sealed is what it was: acts on money, changes of state, the books": (
        "UPDATE core_statechange SET reason = 'another' WHERE id = {first_change}",
        ["{sealed_day}: core_statechange has changed"],
    ),
    "the trail is append-only: its guards are in force": (
        "ALTER TABLE trail_moneyact DISABLE TRIGGER trail_moneyact_append_only",
        ["trail_moneyact_append_only"],
    ),
    "a payout is no more than was owed when it was proposed": (
        "UPDATE payouts_payout SET amount_minor = 10831",
        ["payout {payout}: 10831 of 10830 owed"],
    ),
    "a posting of a payout is of its amount": (
        "UPDATE payouts_payout SET amount_minor = 10829",
        [
            "payout {payout}: payout_approved:payout:{payout_id} of 10830",
            "payout {payout}: payout_sent:payout:{payout_id} of 10830",
        ],
    ),
    "a debt that was netted is in the books, to the cent": (
        """
        INSERT INTO payouts_netting (id, organizer_id, owing, paying, amount_minor, currency, reason,
            actor, created_at) VALUES (7, {foreign_organizer}, 'paypal', 'stripe', 5, 'EUR', '', '', now())
        """,
        ["netting 7: 0 booked of 5"],
    ),
    "two different persons paid what takes two": (
        """
        ALTER TABLE payouts_payout DROP CONSTRAINT payout_two_persons;
        UPDATE payouts_payout SET two_persons = true, endorsed_by = approved_by
        """,
        ["payout {payout}: system, user:1, user:1"],
    ),
    "nothing is paid out twice: living payouts account for different entries": (
        twin("payouts_payout", '"id": 999999, "reference": "TWIN"'),
        ["payouts {payout} and TWIN"],
    ),
    "the books say of a payout what its state says": (
        "UPDATE payouts_payout SET state = 'failed'",
        ["payout {payout} is failed, booked: approved sent"],
    ),
    "every day is sealed": (
        "UPDATE trail_dayseal SET day = '2020-01-01'",
        ["the last seal is of 2020-01-01"],
    ),
    "no payout on its way is forgotten": (
        "UPDATE payouts_payout SET state = 'in_transit', next_poll_at = NULL",
        ["payout {payout} is in_transit"],
    ),
}
