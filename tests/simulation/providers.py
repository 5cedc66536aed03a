"""What providers do: webhooks in any order, twice, never or forged; answers late, cut, wrong; verdicts."""

from __future__ import annotations

from apps.payments.gateways.base import Kind
from apps.payments.gateways.errors import BadSignature
from apps.payments.models import ProviderNotice
from apps.payments.webhooks.inbox import receive
from apps.sandbox.http import Json
from tests.sandbox_server import SandboxForTests
from tests.simulation.life import Life

DECISIONS = ("escalate_dispute", "win_dispute", "lose_dispute", "withdraw_dispute")
OVER = ("won", "lost", "warning_closed", "RESOLVED")
OUTCOMES = {
    "stripe": ("pending", "pending_fails", "succeeded_fails"),
    "paypal": ("PENDING", "PENDING_FAILS", "INSUFFICIENT_FUNDS"),
}
FAULTS = ("error_before", "error_after", "cut_before", "cut_after", "half_after")


def webhooks_come(life: Life) -> str:
    """Some of all there ever were, in any order, perhaps twice; the others are lost."""
    life.shop.sandbox.world.tick()
    events = life.shop.sandbox.notices()
    if not events:
        return ""
    numbers = [life.chance.randrange(len(events)) for _ in range(min(4, len(events)))]
    for number in numbers:
        provider, event = events[number]
        _arrives(life, provider, event, *life.shop.sandbox.packed(provider, event))
    return f"{numbers} of {len(events)}"


def a_forged_webhook_comes(life: Life) -> str:
    """Signed once, and changed since."""
    events = life.shop.sandbox.notices()
    if not events:
        return ""
    provider, event = life.one_of(events)
    headers, body = life.shop.sandbox.packed(provider, event)
    before = ProviderNotice.objects.count()
    try:
        _arrives(life, provider, event, headers, body.replace(b"0", b"9"))
    except BadSignature:
        assert ProviderNotice.objects.count() == before
        return f"refused by {provider}'s signature"
    raise AssertionError("a forged webhook was believed")


def _arrives(life: Life, provider: str, event: Json, headers: dict[str, str], body: bytes) -> None:
    known = {name.lower(): value for name, value in headers.items()}
    endpoint = "connect" if event.get("account") else "platform"
    receive(Kind(provider), known, body, endpoint=endpoint, at=life.at)


def a_provider_fails(life: Life) -> str:
    operation = life.one_of(["stripe.*", "paypal.*"])
    kind, times = life.one_of(FAULTS), life.chance.randint(1, 4)
    life.shop.sandbox.do("add_fault", operation=operation, kind=kind, times=times)
    return f"{operation} {kind}, {times} times"


def a_bank_decides(life: Life) -> str:
    running = disputes_at(life.shop.sandbox)
    if not running:
        return ""
    decision, number = life.one_of(DECISIONS), life.chance.randrange(len(running))
    life.shop.sandbox.do(decision, dispute=running[number])
    return f"{decision} {number}"


def disputes_at(sandbox: SandboxForTests) -> list[str]:
    """That run, at both."""
    store = sandbox.world.store
    stripe = [d["id"] for d in store.oldest("dispute") if d["status"] not in OVER]
    paypal = store.oldest("paypal_dispute")
    return stripe + [d["dispute_id"] for d in paypal if d["status"] not in OVER]


def refunds_will(life: Life) -> str:
    """The next one that is asked for."""
    provider = life.one_of(list(OUTCOMES))
    outcome = life.one_of(OUTCOMES[provider])
    life.shop.sandbox.do(f"plan_{provider}_refund", outcome=outcome)
    return f"be {outcome} at {provider}"


def somebody_refunds_there(life: Life) -> str:
    """In the provider's dashboard, all that is left or a part."""
    payment = life.somebodys_payment()
    if payment is None:
        return ""
    amount = life.one_of([0, life.chance.randint(1, payment.amount_minor // life.coin) * life.coin])
    of = payment.ids.get("charge") or payment.ids.get("capture", "")
    told = amount // life.unit(payment.provider)
    life.shop.sandbox.do("refund_there", provider=payment.provider, of=of, amount=told)
    return f"payment {payment.pk}: {amount or 'all'}"
