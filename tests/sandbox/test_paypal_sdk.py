from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from paypalserversdk.configuration import Configuration, Environment
from paypalserversdk.configuration import Server as ServerName
from paypalserversdk.exceptions.error_exception import ErrorException
from paypalserversdk.http.auth.o_auth_2 import ClientCredentialsAuthCredentials
from paypalserversdk.paypal_serversdk_client import PaypalServersdkClient

from apps.sandbox.http import Json
from tests.sandbox_server import SandboxForTests


@pytest.fixture
def sdk(sandbox: SandboxForTests) -> Iterator[Any]:
    """PayPal's own client; it has no setting for the address, so its table is changed."""
    servers = Configuration.environments[Environment.SANDBOX]
    real = servers[ServerName.DEFAULT]
    servers[ServerName.DEFAULT] = sandbox.url
    options = sandbox.world.options
    yield PaypalServersdkClient(  # type: ignore[no-untyped-call]  # its maker gives no types
        environment=Environment.SANDBOX,
        client_credentials_auth_credentials=ClientCredentialsAuthCredentials(  # type: ignore[no-untyped-call]  # its maker gives no types
            o_auth_client_id=options.paypal_client_id,
            o_auth_client_secret=options.paypal_client_secret,
        ),
    )
    servers[ServerName.DEFAULT] = real


def test_paypals_own_client_understands_the_answers(
    sandbox: SandboxForTests, sdk: Any, order_body: Callable[..., Json]
) -> None:
    made = sdk.orders.create_order(
        {"body": order_body(), "paypal_request_id": "pay-1", "prefer": "return=representation"}
    ).body
    early: Any
    with pytest.raises(ErrorException) as early:
        sdk.orders.capture_order({"id": made.id})
    sandbox.do("approve", order=made.id)
    taken = sdk.orders.capture_order({"id": made.id, "prefer": "return=representation"}).body
    capture = taken.purchase_units[0].payments.captures[0]
    refund = sdk.payments.refund_captured_payment(
        {
            "capture_id": capture.id,
            "prefer": "return=representation",
            "body": {"amount": {"currency_code": "EUR", "value": "20.00"}},
        }
    ).body

    assert early.value.details[0].issue == "ORDER_NOT_APPROVED"
    assert capture.seller_receivable_breakdown.paypal_fee.value == "1.60"
    assert (refund.status, refund.amount.value) == ("COMPLETED", "20.00")
    after = sdk.payments.get_captured_payment({"capture_id": capture.id}).body
    assert after.status == "PARTIALLY_REFUNDED"
