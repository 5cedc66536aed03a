"""
A night in a cellar, rehearsed: two phones let people in at two gates with no network, from the plain page,
and then the organizer must see exactly who came in where, and every case of doubt.
"""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.utils.timezone import now
from playwright.sync_api import Playwright

from apps.accounts.models import User
from apps.checkin.board.count import night_of
from apps.checkin.board.doubts import cases_of
from apps.checkin.models import Entry, Gate, LogEntry, Pairing, Standing
from apps.checkin.services.pair import offer
from apps.events.models import Event
from apps.tickets.models import Ticket
from apps.tickets.services.block import block
from apps.tickets.tokens import token
from bench.chromium import PAINTED, Phone, phones

AT_ONCE = 50  # codes shown by one call; the phones take turns
FORGED = "eyJhbGciOiJub25lIn0.eyJzdWIiOiI0UTdLTTJYRDlBMEIifQ."
# As a scanner types that is a keyboard to the browser; the next one as soon as the verdict is seen.
_SHOW = f"""async (codes) => {{
    const painted = {PAINTED};
    const verdict = document.querySelector("#verdict");
    const seen = () => new Promise((done) => {{
        const look = () => !verdict.hidden && (watch.disconnect(), done());
        const watch = new MutationObserver(look);
        watch.observe(verdict, {{ attributes: true }});
        look();
    }});
    const shown = [];
    for (const code of codes) {{
        for (const key of [...code, "Enter"]) {{
            const pressed = {{ key, bubbles: true, cancelable: true }};
            document.body.dispatchEvent(new KeyboardEvent("keydown", pressed));
        }}
        const from = performance.now();
        await seen();
        await painted();
        shown.push([verdict.dataset.is, performance.now() - from]);
        verdict.querySelector("[data-next]").click();
    }}
    return shown;
}}"""


@dataclass(frozen=True, slots=True)
class Crowd:
    """
    At each gate `tickets` people of its own, some of them twice, some blocked, and one with a code that
    is forged; `both` are shown at both gates.
    """

    event: Event
    gates: tuple[Gate, Gate]
    tickets: Sequence[Ticket]  # two for each of the people at a gate
    both: Sequence[Ticket]
    blocked: Sequence[Ticket]

    @property
    def at_a_gate(self) -> int:
        return len(self.tickets) // 2

    def codes(self, gate: int) -> list[str]:
        own = self.tickets[gate :: len(self.gates)]
        again = own[: len(self.both)]
        shown = [token(ticket) for ticket in (*own, *self.both, *again, *self.blocked)]
        return [*shown, FORGED]


@dataclass(slots=True)
class Night:
    """What one phone showed, and what it took."""

    shown: Counter[str] = field(default_factory=Counter)
    verdict_ms: list[float] = field(default_factory=list)
    heap_mb: float = 0
    merge_seconds: float = 0


def rehearse(playwright: Playwright, origin: str, crowd: Crowd, *, user: User) -> list[Night]:
    """:raises AssertionError: phones or organizer saw anything else than what happened."""
    at = now()
    for ticket in crowd.blocked:
        block(ticket, reason="reported stolen", actor=f"user:{user.pk}", at=at)
    with phones(playwright, origin, len(crowd.gates)) as pair:
        for phone, gate in zip(pair, crowd.gates, strict=True):
            mine = Pairing(event=crowd.event, gate=gate, name=f"Phone at {gate.name}")
            phone.pair(offer(mine, user=user, at=at))
        for phone in pair:
            phone.lose_the_network()
        nights = _let_them_in(pair, crowd)
        assert not Entry.objects.filter(event=crowd.event).exists()
        for phone, night in zip(pair, nights, strict=True):
            night.heap_mb = phone.heap_mb()
            began = time.perf_counter()
            phone.find_the_network()
            night.merge_seconds = time.perf_counter() - began
    _exact(crowd, nights)
    return nights


def report(nights: Sequence[Night]) -> Iterator[str]:
    for night in nights:
        ms = sorted(night.verdict_ms)
        yield (
            f"Rehearsal, a phone without a network: {len(ms):,} codes; verdict on screen after"
            f" {statistics.median(ms):.0f} ms (p95 {ms[len(ms) * 95 // 100]:.0f}), then"
            f" {night.heap_mb:.1f} MB of JavaScript; merged in {night.merge_seconds:.1f} s."
        )


def _let_them_in(pair: Sequence[Phone], crowd: Crowd) -> list[Night]:
    nights = [Night() for _ in pair]
    waiting = [iter(crowd.codes(number)) for number, _phone in enumerate(pair)]
    while batches := [list(islice(codes, AT_ONCE)) for codes in waiting]:
        if not any(batches):
            return nights
        for phone, night, codes in zip(pair, nights, batches, strict=True):
            for kind, ms in phone.page.evaluate(_SHOW, codes):
                night.shown[kind] += 1
                night.verdict_ms.append(ms)
    return nights


def _exact(crowd: Crowd, nights: Sequence[Night]) -> None:
    people, both, blocked = crowd.at_a_gate, len(crowd.both), len(crowd.blocked)
    for seen in nights:
        assert seen.shown == {"yes": people + both, "twice": both, "no": blocked + 1}, seen.shown
    night = night_of(crowd.event, at=now())
    assert (night.inside, night.doubles, night.undone) == (2 * (people + both), both, 0), night
    assert {line.name: line.entries for line in night.gates} == {
        gate.name: people + both for gate in crowd.gates
    }
    assert {(refusal.reason, refusal.count) for refusal in night.refusals} == {
        ("inside", 2 * both),
        ("blocked", 2 * blocked),
        ("forged", 2),
    }
    standing = Entry.objects.standing().filter(event=crowd.event)
    for number, gate in enumerate(crowd.gates):
        came = {ticket.pk for ticket in (*crowd.tickets[number::2], *crowd.both)}
        assert set(standing.filter(gate=gate).values_list("ticket", flat=True)) == came
    doubles = standing.filter(standing=Standing.DOUBLE)
    assert set(doubles.values_list("ticket", flat=True)) == {ticket.pk for ticket in crowd.both}
    cases = Counter(case.kind for case in cases_of(crowd.event, at=now()))
    cases.pop("silent", None)  # a phone tells with its next hello that nothing waits any more
    assert cases == ({"double": both} if both else {}), cases
    logged = LogEntry.objects.filter(device__event=crowd.event, kind="scan").count()
    assert logged == sum(night.shown.total() for night in nights)
