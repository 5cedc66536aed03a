"""
A phone at a door as it behaves, without its screen: keeps a snapshot and a log, asks the server while
there is a network, decides by itself when there is none. Its clock is wrong, and it may die at any step.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.checkin.facts import Code, Known, Stay, facts
from apps.checkin.log_text import FIRST_PREV, hash_of
from apps.checkin.models import Device, Direction, Entry, Verdict
from apps.checkin.own_id import own_id
from apps.checkin.pins import proof
from apps.checkin.rules import judge
from apps.checkin.services.log import upload
from apps.checkin.services.look import Attempt, place_of
from apps.checkin.services.scan import Answer, scan
from apps.tickets.models import Ticket
from apps.tickets.states import TicketState

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Died(Exception):
    """The phone's browser was killed at this step."""


@dataclass
class Phone:
    device: Device
    chance: random.Random
    skew: timedelta  # its clock against the server's
    error: timedelta = timedelta(0)  # of what it knows of the skew
    online: bool = True
    dies: float = 0.0  # how probable at each step
    log: list[str] = field(default_factory=list)
    uploaded: int = 0
    snapshot: dict[int, list[Stay]] = field(default_factory=dict)  # by ticket
    on_the_way: list[Attempt] = field(default_factory=list)  # calls it no longer waits for
    let_in: list[uuid.UUID] = field(default_factory=list)  # whom its screen said "come in" to

    def sync(self) -> None:
        """Delta: what the server knows of entries."""
        self.snapshot = {}
        for entry in Entry.objects.standing().filter(event=self.device.event).order_by("at", "pk"):
            self.snapshot.setdefault(entry.ticket_id, []).append(Stay(entry.at, entry.left_at))

    def shows(self, ticket: Ticket, code: str, direction: Direction, *, at: datetime) -> str:
        """The verdict a person at the door sees. Raises Died when they see none."""
        lost = None
        if self.online:
            attempt = self._attempt(code, direction, at=at)
            answer = self._ask(attempt, at=at)
            if answer is not None:
                self._append("scan", at=at, entry_id=attempt.scan_id, **self._said(ticket, code, direction),
                             verdict=answer.verdict, by="server")  # fmt: skip
                return self._seen(attempt.scan_id, answer.verdict)
            lost = attempt.scan_id
        verdict, reason = self._judge(ticket, direction, at=at)
        scan_id = self._id()
        said = {**self._said(ticket, code, direction), "verdict": verdict, "reason": reason}
        self._append(
            "scan",
            at=at,
            entry_id=scan_id,
            **said,
            by="phone",
            instead_of=str(lost) if lost else None,
        )
        self._remember(ticket, verdict, at=at)
        return self._seen(scan_id, verdict)

    def undoes(self, scan_id: uuid.UUID, *, at: datetime) -> None:
        self._append("undo", at=at, entry_id=self._id(), of=str(scan_id))
        self.let_in.remove(scan_id)

    def overrules(self, ticket: Ticket, supervisor: int, key: bytes, *, at: datetime) -> None:
        mine, refused = self._id(), self._id()
        proven = proof(
            key,
            entry_id=str(mine),
            of=str(refused),
            ticket=ticket.reference,
            supervisor_id=supervisor,
        )
        self._append("override", at=at, entry_id=mine, of=str(refused), ticket=ticket.reference,
                     supervisor=supervisor, words="VIP", proof=proven)  # fmt: skip
        self._remember(ticket, Verdict.ADMITTED, at=at)
        self._seen(mine, Verdict.ADMITTED)

    def kept_as(self, named: uuid.UUID) -> uuid.UUID:
        return own_id(self.device.actor, named)

    def uploads(self, *, at: datetime) -> None:
        """Some of what is left, some of it again, in any order."""
        first = max(0, self.uploaded - self.chance.randint(0, 3))
        batch = self.log[first : first + self.chance.randint(1, 8)]
        self.chance.shuffle(batch)
        received = upload(self.device, batch, at=at)
        self._maybe_die()  # the answer is lost: the next one sends it again
        self.uploaded = received.head

    def uploads_all(self, *, at: datetime) -> None:
        self.uploaded = upload(self.device, self.log, at=at).head

    def _attempt(self, code: str, direction: Direction, *, at: datetime) -> Attempt:
        return Attempt(
            event=self.device.event,
            code=code,
            scan_id=self._id(),
            scanned_at=at + self.skew,
            actor=self.device.actor,
            device=self.device,
            device_name=self.device.name,
            direction=direction,
        )

    def _ask(self, attempt: Attempt, *, at: datetime) -> Answer | None:
        """None: the call or its answer is lost, or it arrives when the phone has given up."""
        luck = self.chance.random()
        if luck < 0.1:
            self.on_the_way.append(attempt)
            return None
        answer = scan(attempt, at=at)
        if luck < 0.2:
            return None
        self._maybe_die()
        return answer

    def _judge(self, ticket: Ticket, direction: Direction, *, at: datetime) -> tuple[str, str]:
        known = Known(
            state=TicketState.VALID,
            version=ticket.version,
            variant=ticket.variant_id,
            stays=self.snapshot.get(ticket.pk, []),
        )
        place = place_of(self.device.event, None, direction)
        rule = judge(facts(Code(version=ticket.version), known, place, slot=None, at=at))
        return rule.verdict.value, rule.reason

    def _remember(self, ticket: Ticket, verdict: str, *, at: datetime) -> None:
        stays = self.snapshot.setdefault(ticket.pk, [])
        if verdict == Verdict.ADMITTED:
            stays.append(Stay(at))
        elif verdict == Verdict.LEFT and any(stay.left is None for stay in stays):
            number = next(i for i, stay in enumerate(stays) if stay.left is None)
            stays[number] = Stay(stays[number].came, at)

    def _said(self, ticket: Ticket, code: str, direction: Direction) -> Mapping[str, Any]:
        return {"code": code, "ticket": ticket.reference, "direction": direction}

    def _append(self, kind: str, *, at: datetime, entry_id: uuid.UUID, **words: Any) -> None:
        """Durable before anybody sees a verdict."""
        self._maybe_die()
        entry = {
            "v": 1,
            "seq": len(self.log) + 1,
            "prev": hash_of(self.log[-1]) if self.log else FIRST_PREV,
            "id": str(entry_id),
            "kind": kind,
            "at": _ms(at + self.skew),
            "offset": _ms(EPOCH - self.skew + self.error),
            "within": _ms(EPOCH + abs(self.error)) + 1,
            **words,
        }
        self.log.append(json.dumps(entry))

    def _seen(self, scan_id: uuid.UUID, verdict: str) -> str:
        if verdict == Verdict.ADMITTED:
            self.let_in.append(scan_id)
        return verdict

    def _maybe_die(self) -> None:
        if self.chance.random() < self.dies:
            raise Died

    def _id(self) -> uuid.UUID:
        return uuid.UUID(int=self.chance.getrandbits(128), version=4)


def _ms(at: datetime) -> int:
    return round((at - EPOCH) / timedelta(milliseconds=1))
