"""The stories of each way in which a provider says no: a table, read by `test_provider_errors.py`."""

from __future__ import annotations

Story = tuple[str, str]  # file, test

_CAPTURE = (
    "orders/test_refused_payments.py",
    "test_a_capture_that_needs_the_buyer_leads_back_to_the_same_approval",
)
_FINAL = ("orders/test_refused_payments.py", "test_a_final_no_keeps_the_places_for_another_way")
_START = ("orders/test_refused_payments.py", "test_a_page_that_cannot_be_had_says_what_to_do")
_UNKNOWN = (
    "orders/test_refused_payments.py",
    "test_a_page_that_paypal_does_not_know_can_be_opened_anew",
)
_OWED = ("orders/test_refused_refunds.py", "test_a_final_no_is_owed_to_the_buyer_who_is_told")
_WAITS = (
    "orders/test_refused_refunds.py",
    "test_what_cannot_be_sent_yet_waits_in_sight_and_is_sent_once",
)
_THERE = (
    "orders/test_refused_refunds.py",
    "test_what_somebody_refunded_there_is_found_and_not_sent_again",
)
_ACCOUNT = (
    "orders/test_refused_refunds.py",
    "test_an_account_that_may_not_refund_is_seen_by_the_operator_and_nothing_is_lost",
)
_BOUNCES = (
    "orders/test_payments_told_later.py",
    "test_a_debit_that_bounces_is_told_and_the_places_are_kept",
)
_DISPUTED = (
    "orders/test_dispute.py",
    "test_a_dispute_blocks_the_tickets_and_moves_the_money_to_reserve",
)
_NOT_SENT = (
    "payouts/test_refused_payouts.py",
    "test_a_refused_payout_is_owed_again_and_its_organizer_is_told",
)
_MAY_NOT_PAY = (
    "payouts/test_refused_payouts.py",
    "test_an_account_that_may_not_pay_out_waits_for_its_operator",
)
_PAYOUTS = ("payouts/test_with_providers.py", "test_what_paypal_can_make_of_it")
_BACK = ("payouts/test_with_providers.py", "test_what_comes_back_later_is_owed_again")
_TAKEN_BACK = ("payouts/test_with_providers.py", "test_what_is_taken_back_over_there_is_heard_of")
_REFUND_TOLD = (
    "orders/test_refused_refunds.py",
    "test_one_that_fails_on_its_way_is_heard_of_and_told",
)

# PayPal's issues and names of errors → stories.
PAYPAL: dict[str, tuple[Story, ...]] = {
    # an order and its capture: the buyer
    "ORDER_ALREADY_CAPTURED": (
        ("orders/test_refused_payments.py", "test_money_that_was_captured_before_is_a_sale"),
    ),
    "ORDER_NOT_APPROVED": (_CAPTURE,),
    "INSTRUMENT_DECLINED": (
        _CAPTURE,
        ("journeys/over_http/test_buying.py", "test_declined_at_paypal_then_paid_from_the_order"),
    ),
    "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING": (_CAPTURE,),
    "PAYER_ACTION_REQUIRED": (_CAPTURE,),
    "DUPLICATE_INVOICE_ID": (
        _FINAL,
        (
            "payments/test_paypal_gateway.py",
            "test_an_invoice_paid_by_another_order_is_not_taken_for_ours",
        ),
    ),
    "COMPLIANCE_VIOLATION": (_FINAL,),
    "PAYER_CANNOT_PAY": (_FINAL,),
    "TRANSACTION_REFUSED": (_FINAL,),
    "PAYER_ACCOUNT_LOCKED_OR_CLOSED": (_FINAL,),
    "PAYER_ACCOUNT_RESTRICTED": (_FINAL,),
    "AMOUNT_MISMATCH": (_START,),
    "ITEM_TOTAL_MISMATCH": (_START,),
    "DECIMALS_NOT_SUPPORTED": (_START,),
    "RESOURCE_NOT_FOUND": (_UNKNOWN,),
    "INVALID_RESOURCE_ID": (_UNKNOWN, _OWED),
    # a refund: buyer and operator
    "CAPTURE_FULLY_REFUNDED": (_THERE,),
    "REFUND_AMOUNT_EXCEEDED": (_THERE,),
    "PENDING_CAPTURE": (_WAITS,),
    "REFUND_FAILED_INSUFFICIENT_FUNDS": (
        _WAITS,
        (
            "console/test_money_owed.py",
            "test_a_refund_without_funds_fails_in_the_end_and_is_sent_again",
        ),
    ),
    "TRANSACTION_DISPUTED": (_OWED,),
    "REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK": (_OWED,),
    "REFUND_TIME_LIMIT_EXCEEDED": (_OWED,),
    # a payout: organizer and operator
    "INSUFFICIENT_FUNDS": (
        _NOT_SENT,
        ("payouts/test_send.py", "test_it_waits_while_the_balance_at_the_provider_is_too_small"),
    ),
    "USER_BUSINESS_ERROR": (
        (
            "payouts/test_refused_payouts.py",
            "test_a_batch_id_that_was_used_is_the_batch_that_was_made_first",
        ),
    ),
    "SELF_PAY_NOT_ALLOWED": (
        ("payouts/test_refused_payouts.py", "test_our_own_account_cannot_be_paid"),
    ),
    # of any call: the operator
    "NOT_AUTHORIZED": (_START, _ACCOUNT, _MAY_NOT_PAY),
    "AUTHENTICATION_FAILURE": (
        _START,
        _ACCOUNT,
        ("payments/test_contract.py", "test_a_revoked_token_goes_unnoticed"),
    ),
    "RATE_LIMIT_REACHED": (_START, _ACCOUNT),
    "PREVIOUS_REQUEST_IN_PROGRESS": (
        _START,
        ("payments/test_launch.py", "test_many_starts_at_once_through_faults_are_one_page"),
    ),
}
# Stripe's codes.
STRIPE: dict[str, tuple[Story, ...]] = {
    "card_declined": (
        (
            "orders/test_payments_told_later.py",
            "test_a_card_that_is_declined_is_changed_on_the_same_page",
        ),
        ("journeys/over_http/test_buying.py", "test_declined_at_stripe_then_paid_on_the_same_page"),
    ),
    "amount_too_small": (_START,),
    "session not open": (
        (
            "orders/test_payments_told_later.py",
            "test_who_cancels_in_the_moment_of_paying_has_tickets",
        ),
    ),
    "charge_already_refunded": (_THERE,),
    "transfer_already_reversed": (
        ("payouts/test_refused_payouts.py", "test_one_that_was_taken_back_there_is_found"),
        (
            "payouts/test_refused_payouts.py",
            "test_one_that_is_taken_back_in_the_same_moment_is_looked_at_again",
        ),
    ),
    "charge_disputed": (_OWED,),
    "refund_disputed_payment": (_OWED,),
    "charge_expired_for_refund": (_OWED,),
    "balance_insufficient": (
        _WAITS,
        _NOT_SENT,
        (
            "payouts/test_refused_payouts.py",
            "test_what_the_organizer_has_drawn_cannot_be_taken_back",
        ),
    ),
    "insufficient_funds": (_WAITS,),
    "idempotency_error": (
        _START,
        (
            "payments/test_contract.py",
            "test_a_request_prepared_anew_is_another_one_under_the_same_key",
        ),
    ),
    "idempotency_key_in_use": (
        _START,
        ("payments/test_launch.py", "test_many_starts_at_once_through_faults_are_one_page"),
    ),
    "api_key_expired": (_START,),
    "permission": (_START, _ACCOUNT, _MAY_NOT_PAY),
    "rate_limit": (_START, _ACCOUNT),
    "resource_missing": (_NOT_SENT, _OWED),
}
# What is told later, by an event: what went well is no error and not listed.
EVENTS: dict[str, tuple[Story, ...]] = {
    "CHECKOUT.PAYMENT-APPROVAL.REVERSED": (
        (
            "orders/test_payments_told_later.py",
            "test_an_approval_that_lapses_is_told_and_nothing_was_taken",
        ),
    ),
    "PAYMENT.CAPTURE.DENIED": (_BOUNCES,),
    "PAYMENT.CAPTURE.DECLINED": (_BOUNCES,),
    "PAYMENT.CAPTURE.PENDING": (
        _BOUNCES,
        ("orders/test_settle.py", "test_a_delayed_method_keeps_the_places_until_it_is_decided"),
    ),
    "PAYMENT.CAPTURE.REVERSED": (
        (
            "orders/test_reversals.py",
            "test_a_bank_that_reverses_without_a_case_is_a_dispute_that_is_lost",
        ),
    ),
    "PAYMENT.REFUND.PENDING": (
        _REFUND_TOLD,
        (
            "payments/test_refunds.py",
            "test_a_refund_on_its_way_is_asked_about_until_it_has_arrived",
        ),
    ),
    "PAYMENT.REFUND.FAILED": (
        _REFUND_TOLD,
        ("payments/test_refunds.py", "test_a_refund_that_fails_on_its_way_is_owed_to_the_buyer"),
    ),
    "CUSTOMER.DISPUTE.CREATED": (_DISPUTED,),
    "PAYMENT.PAYOUTSBATCH.DENIED": (_PAYOUTS,),
    "PAYMENT.PAYOUTS-ITEM.FAILED": (_PAYOUTS,),
    "PAYMENT.PAYOUTS-ITEM.UNCLAIMED": (_PAYOUTS,),
    "PAYMENT.PAYOUTS-ITEM.HELD": (_PAYOUTS,),
    "PAYMENT.PAYOUTS-ITEM.BLOCKED": (_PAYOUTS,),
    "PAYMENT.PAYOUTS-ITEM.RETURNED": (_BACK,),
    "PAYMENT.PAYOUTS-ITEM.REFUNDED": (_BACK,),
    "PAYMENT.PAYOUTS-ITEM.CANCELED": (_TAKEN_BACK,),
    "checkout.session.async_payment_failed": (_BOUNCES,),
    "checkout.session.expired": (
        ("orders/test_refused_payments.py", "test_a_session_that_has_expired_can_be_opened_anew"),
    ),
    "payment_intent.canceled": (
        (
            "orders/test_payments_told_later.py",
            "test_a_debit_that_is_cancelled_at_stripe_is_told",
        ),
    ),
    "refund.failed": (
        _REFUND_TOLD,
        ("shop/test_giving_back.py", "test_a_refund_that_fails_days_later_is_told"),
    ),
    "charge.dispute.created": (_DISPUTED,),
    "radar.early_fraud_warning.created": (
        ("console/test_disputes.py", "test_operators_hear_of_fraud_before_it_is_a_dispute"),
    ),
    "transfer.reversed": (_TAKEN_BACK,),
    "account.application.deauthorized": (
        (
            "payouts/test_accounts_at_stripe.py",
            "test_an_organizer_who_lets_us_go_at_stripe_is_paid_no_more_and_can_come_back",
        ),
    ),
    "capability.updated": (
        ("payouts/test_accounts_at_stripe.py", "test_stripe_tells_when_an_organizer_can_be_paid"),
    ),
    "payout.failed": (
        (
            "payouts/test_refused_payouts.py",
            "test_a_bank_that_refuses_an_organizers_payout_is_told",
        ),
    ),
}
