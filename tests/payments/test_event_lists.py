"""Reading what was missed, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.payments.gateways import errors, paypal, stripe
from apps.payments.models import ProviderNotice
from apps.payments.services.chase import fetch_missed
from tests.payments.conftest import AT, Provider


def stripe_event(number: int) -> dict[str, Any]:
    return {
        "id": f"evt_{number}",
        "object": "event",
        "type": "charge.updated",
        "created": 1795262500 + number,
        "livemode": False,
        "data": {"object": {"id": "ch_1", "object": "charge", "payment_intent": "pi_1"}},
    }


def stripe_page(*numbers: int, more: bool) -> dict[str, Any]:
    return {
        "object": "list",
        "url": "/v1/events",
        "has_more": more,
        "data": [stripe_event(number) for number in numbers],
    }


def paypal_event(number: int) -> dict[str, Any]:
    return {
        "id": f"WH-{number}",
        "event_type": "CHECKOUT.ORDER.APPROVED",
        "create_time": "2026-11-21T11:59:58Z",
        "resource": {"id": "5O", "purchase_units": [{"custom_id": "PAY1"}]},
    }


def test_stripes_list_is_read_to_its_end(provider: Provider) -> None:
    provider.answers(200, stripe_page(1, 2, more=True)).answers(200, stripe_page(3, more=False))
    found = list(stripe.missed(AT - timedelta(hours=3), AT))
    assert [notice.event_id for notice in found] == ["evt_1", "evt_2", "evt_3"]
    assert [notice.ids for notice in found] == [{"charge": "ch_1", "intent": "pi_1"}] * 3
    assert "starting_after=evt_2" in provider.seen[1].path


def test_paypals_list_is_read_to_its_end_and_never_at_another_host(
    paypal_answers: Provider,
) -> None:
    elsewhere = "https://evil.example/v1/notifications/webhooks-events?page_token=2"
    paypal_answers.answers(
        200, {"events": [paypal_event(1)], "links": [{"rel": "next", "href": elsewhere}]}
    )
    paypal_answers.answers(200, {"events": [paypal_event(2)], "links": []})
    found = list(paypal.missed(AT - timedelta(hours=3), AT))
    assert [notice.event_id for notice in found] == ["WH-1", "WH-2"]
    assert [seen.path for seen in paypal_answers.seen[1:]] == [
        (
            "/v1/notifications/webhooks-events"
            "?start_time=2026-11-21T09%3A00%3A00Z&end_time=2026-11-21T12%3A00%3A00Z&page_size=100"
        ),
        "/v1/notifications/webhooks-events?page_token=2",
    ]


def test_an_empty_page_ends_it_even_if_it_promises_more(paypal_answers: Provider) -> None:
    again = {"rel": "next", "href": "https://api-m.paypal.com/v1/notifications/webhooks-events"}
    paypal_answers.answers(200, {"events": [], "links": [again]})
    assert list(paypal.missed(AT - timedelta(hours=3), AT)) == []
    assert len(paypal_answers.seen) == 2


@pytest.mark.django_db
def test_one_provider_that_cannot_be_read_does_not_stop_the_other(
    provider: Provider, no_pauses: None
) -> None:
    provider.answers(500, {"error": {"type": "api_error"}}).answers(500, {}).answers(500, {})
    provider.answers(200, {"access_token": "t", "expires_in": 32400})
    provider.answers(200, {"events": [paypal_event(1)], "links": []})
    assert fetch_missed(AT - timedelta(hours=3), at=AT) == 1
    assert ProviderNotice.objects.get().event_id == "WH-1"


def test_events_of_the_other_mode_are_not_ours(provider: Provider) -> None:
    page = stripe_page(1, more=False)
    page["data"][0]["livemode"] = True
    provider.answers(200, page)
    with pytest.raises(errors.BadSignature):
        list(stripe.missed(AT - timedelta(hours=3), AT))
