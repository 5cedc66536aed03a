"""
The traps that others fell into (with the names of those who fell), and the stories that hold us out of
them. A story that is renamed is renamed here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

# What went wrong there → file: the tests that name it here.
TRAPS: dict[str, dict[str, tuple[str, ...]]] = {
    "hi.events: a duplicate success raises, and is redelivered without end": {
        "payments/test_apply.py": ("test_the_same_snapshot_again_books_nothing_more",),
        "orders/test_webhooks_alone.py": ("test_webhooks_doubled_and_out_of_order_make_one_sale",),
    },
    "hi.events: refunds without a key, inside a transaction that rolls back": {
        "payments/test_refunds.py": (
            "test_submitting_again_sends_nothing_more",
            "test_a_worker_that_died_over_it_is_followed_by_another",
        ),
        "chaos/test_killed.py": ("test_a_worker_killed_at_every_line_of_a_refund",),
    },
    "hi.events: refunded amounts added up per webhook": {
        "payments/test_refunds.py": ("test_a_refund_made_at_the_provider_is_adopted_once",),
    },
    "hi.events: the mail goes out before the refund is asked for, and stays when it is refused": {
        "orders/test_refused_refunds.py": ("test_a_final_no_is_owed_to_the_buyer_who_is_told",),
        "shop/test_giving_back.py": ("test_a_refund_that_fails_days_later_is_told",),
        "notifications/test_order_mails.py": (
            "test_one_that_failed_at_once_is_not_said_to_be_on_its_way",
        ),
        "outbox/test_outbox.py": ("test_a_rolled_back_change_says_nothing",),
    },
    "hi.events: no disputes": {
        "orders/test_dispute.py": (
            "test_a_dispute_blocks_the_tickets_and_moves_the_money_to_reserve",
        ),
    },
    'hi.events: "already handled" in a cache, set before the commit': {
        "chaos/test_servers_fail.py": ("test_redis_emptied_at_every_step_of_a_sale_loses_nothing",),
        "chaos/test_killed.py": ("test_the_web_killed_with_a_webhook_in_hand",),
    },
    "hi.events: late money always refunded, even if seats are free": {
        "orders/test_settle.py": (
            "test_late_money_takes_its_places_while_nobody_else_did",
            "test_late_money_for_an_expired_order_claims_places_again",
            "test_late_money_without_places_goes_back_by_itself",
        ),
    },
    "alf.io: approved at PayPal, tab closed, no ticket": {
        "orders/test_webhooks_alone.py": ("test_no_webhook_at_all_the_poll_finds_the_money",),
    },
    "alf.io: COMPLETED taken as paid while the capture is pending": {
        "payments/test_paypal_gateway.py": (
            "test_a_completed_order_with_a_pending_capture_is_no_money_yet",
        ),
    },
    "alf.io: one request id for create and capture, so a changed basket returns the old order": {
        "payments/test_contract.py": ("test_another_amount_is_another_request",),
        "payments/test_launch.py": ("test_a_start_hours_later_sends_the_same_bytes",),
    },
    "alf.io: a refund's 2xx is done, its exception is not refunded": {
        "payments/test_refunds.py": (
            "test_a_refund_on_its_way_is_asked_about_until_it_has_arrived",
            "test_a_refund_the_provider_did_but_called_failed_is_found_in_its_list",
        ),
    },
    "hi.events, open-event-server: amounts as floats": {
        "core/test_money.py": ("test_major_units_never_pass_through_floats",),
        "payments/test_stripe_gateway.py": ("test_amounts_there_and_back",),
        "payments/test_paypal_gateway.py": ("test_amounts",),
    },
    "open-event-server: check, then act on a used payment id": {
        "payments/test_paypal_gateway.py": (
            "test_an_invoice_paid_by_another_order_is_not_taken_for_ours",
        ),
        "payments/test_apply.py": ("test_webhook_return_page_and_poll_at_once_are_one_change",),
    },
    "open-event-server: another currency by the same number": {
        "payments/test_apply.py": (
            "test_what_differs_from_our_row_needs_a_look",
            "test_a_fee_in_another_currency_is_left_to_a_person",
        ),
    },
    "open-event-server: test keys in production": {
        "payments/test_stripe_gateway.py": ("test_live_money_is_not_taken_for_test_money",),
        "payments/test_event_lists.py": ("test_events_of_the_other_mode_are_not_ours",),
    },
    "open-event-server: an interface of PayPal that is given up": {
        "payments/test_paypal_gateway.py": ("test_start_sends_the_stored_request_under_its_key",),
    },
    "open-event-server: secrets of organizers in the database": {
        "architecture/test_secrets.py": (
            "test_secrets_of_organizers_and_providers_are_not_in_the_database",
        ),
    },
    "revel: a row lock is held across the call to the provider": {
        "core/test_http_client.py": ("test_nothing_is_called_while_a_transaction_holds_its_locks",),
    },
    "revel: payment rows deleted on expiry, so late money finds nothing": {
        "orders/test_settle.py": ("test_time_is_up_but_the_money_is_there",),
        "payments/test_launch.py": (
            "test_an_abandoned_approval_is_marked_as_never_to_be_captured",
        ),
    },
    "revel: payment rows deleted with the account of who paid": {
        "architecture/test_kept.py": ("test_money_is_not_deleted_with_whom_it_is_about",),
    },
    "revel: the task of a webhook lost with the broker": {
        "chaos/test_servers_fail.py": ("test_redis_emptied_at_every_step_of_a_sale_loses_nothing",),
        "chaos/test_killed.py": ("test_a_relay_killed_with_leases_in_hand",),
    },
    "pretix #343: a refund of one of two payments cancels an order that is still paid": {
        "orders/test_settle.py": (
            "test_a_second_success_for_one_order_goes_back_and_the_order_stays",
        ),
    },
    "event-tickets #3095: a second partial refund is refused": {
        "orders/test_refund_parts.py": ("test_refunded_again_and_again",),
        "payments/test_contract.py": ("test_refund_in_two_parts_and_nothing_more",),
    },
    "eventyay #3447: a webhook of a refund fails and is answered with 200": {
        "payments/test_chase.py": (
            "test_a_notice_whose_work_fails_says_why_and_can_be_tried_again",
            "test_a_notice_whose_delivery_has_given_up_is_parked_in_sight",
        ),
    },
    "fossunited #1698: capacity is checked at the order only, and two captures take the last seat": {
        "orders/test_settle.py": ("test_late_money_without_places_goes_back_by_itself",),
        "orders/test_quota_races.py": (
            "test_a_sale_waits_while_the_quotas_change_and_has_its_places_there",
        ),
    },
    'header-only "verification" of webhooks': {
        "payments/test_inbox.py": ("test_what_is_not_signed_is_refused_and_leaves_nothing",),
        "payments/test_paypal_signature.py": (
            "test_a_changed_body_is_refused",
            "test_a_certificate_of_another_authority_is_refused",
        ),
    },
    "a payout is marked paid when its batch succeeded": {
        "payments/test_paypal_payouts.py": ("test_a_batch_that_succeeded_is_read_item_by_item",),
    },
    "a call that failed once is not repeated": {
        "payments/test_contract.py": (
            "test_a_call_that_goes_wrong_once_is_repeated_and_done_once",
        ),
    },
    "an hour's reservation against a payment of fifteen minutes": {
        "payments/test_stripe_gateway.py": (
            "test_a_session_lives_long_enough_for_stripe_whatever_the_hold",
        ),
        "orders/test_settle.py": ("test_a_delayed_method_keeps_the_places_until_it_is_decided",),
    },
}


@pytest.mark.parametrize("trap", TRAPS)
def test_each_trap_has_its_story(trap: str) -> None:
    for file, names in TRAPS[trap].items():
        told = (TESTS / file).read_text()
        missing = [name for name in names if f"def {name}(" not in told]
        assert missing == [], file
