"""All lines of the table, one after the other."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils.timezone import now

from apps.tickets import qr
from apps.tickets.models import Ticket
from apps.tickets.tokens import token
from bench import operations, phones, queues, rehearsal, verdicts, world
from bench.chromium import browser, chromium
from bench.database import Database
from bench.floor import Floor
from bench.lengths import FULL, PARTS, QUICK, Length
from bench.load import Load, Operation, Ran, run
from bench.measuring import Line, Meter, yardstick_ms
from bench.money import MoneyParts
from bench.processes import COUNTED, Family
from bench.purchase import buy
from bench.report import Aim, Report
from bench.world import Keys, Show

WARM_UP = 60  # operations
SMALL = 1_000  # places and tickets; more than the compared lines take
IDLE_SECONDS = 3
LOOKS = 24  # of a camera
PEOPLE = 2_000  # through two gates
BUYERS = 4
PATIENCE_SECONDS = 45  # below the lease of a delivery, which would else be handed out again


class Bench(MoneyParts):
    def __init__(self, launcher: int, length: Length, report: Report) -> None:
        url = os.environ["DATABASE_URL"]
        self.origin, self.length, self.report = settings.PUBLIC_URL, length, report
        self.meter = Meter(Database(url), Family(launcher))
        self.floor = Floor(url, self.meter.family, max(1, round(length.seconds / 2)))
        self.at: datetime = now()
        self.keys: Keys = world.make_keys(at=self.at)
        self.hot = world.make_show(60_000, [None], at=self.at)
        self.many = [world.make_show(2_000, [600, None, 400], at=self.at) for _ in range(20)]
        world.make_tickets(self.hot, 50_000, at=self.at)
        world.analyse()
        self.meter.drain()

    def line(
        self, name: str, client: Callable[[], Operation], *, clients: int, most: int = 1_000_000
    ) -> Line:
        run(Load(client, clients, PATIENCE_SECONDS, WARM_UP))
        return self.meter.measure(name, Load(client, clients, self.length.seconds, most))

    def idle(self) -> None:
        before = self.meter.family.cpu_ms()
        time.sleep(IDLE_SECONDS)
        after = self.meter.family.cpu_ms()
        spent = sum(after[group] - before[group] for group in COUNTED) / IDLE_SECONDS
        self.report.note(f"Idle, all processes together: {spent:.0f} CPU-ms per second.")
        self.yardstick()

    def yardstick(self) -> None:
        self.report.note(
            f"Yardstick: a fixed piece of Python takes {yardstick_ms():.0f} CPU-ms now."
        )

    def page(self) -> None:
        client = operations.event_page(self.origin, self.hot)
        line = self.line("event page, nobody signed in", client, clients=8)
        floor = self.floor.cpu_ms("event_page", slug=self.hot.event.slug)
        self.report.add(line, floor, Aim(3, 1))

    def placing(self) -> None:
        floor = self.floor.cpu_ms("place", **self._sold())
        form = operations.place_by_form(self.origin, [self.hot], 2)
        line = self.line("place, one hot quota, form", form, clients=32)
        self.report.add(line, floor, Aim(12, 10))
        api = operations.place_by_api(self.origin, [self.hot], 2, self.keys.sales)
        self.report.add(self.line("place, one hot quota, API", api, clients=32), floor)
        form = operations.place_by_form(self.origin, self.many, 2)
        line = self.line("place, 60 quotas, form", form, clients=32)
        self.report.add(line, floor, Aim(12, 10))

    def old_snapshot(self) -> None:
        form = operations.place_by_form(self.origin, [self.hot], 2)
        with self.meter.database.old_snapshot():
            run(Load(form, 32, self.length.seconds))
            line = self.line("place, hot, an old snapshot open", form, clients=32)
        self.report.add(line)

    def scanning(self) -> None:
        door = operations.Door(self.hot, world.codes(self.hot, 6_000, at=self.at))
        client = operations.scan(self.origin, door, self.keys.door)
        line = self.line("scan, admitted", client, clients=8, most=5_000)
        self.report.add(line, self.floor.cpu_ms("scan", **self._scanned()), Aim(6, 6))

    def door_phones(self) -> None:
        paired = phones.make_phones(self.hot, 2_500)
        door = operations.Door(self.hot, world.codes(self.hot, 6_000, at=self.at))
        client = phones.scan(self.origin, door, paired)
        self.report.add(self.line("scan by a paired phone", client, clients=8, most=5_000))
        self._snapshots(phones.make_phones(self.hot, 100))
        self._uploads(phones.make_phones(self.hot, 100))

    def _snapshots(self, paired: Iterator[phones.Phone]) -> None:
        sizes: list[int] = []
        loads = Load(phones.load_snapshot(self.origin, paired, sizes), 2, PATIENCE_SECONDS, 10)
        line = self.meter.measure("snapshot build, all tickets", loads)
        self.report.add(line)
        tickets = Ticket.objects.filter(event=self.hot.event).count()
        self.report.note(
            f"Snapshot: {tickets:,} tickets in {max(sizes) / 1e6:.2f} MB and"
            f" {line.ran.percentile(50) / 1000:.1f} s, two phones at once."
        )

    def _uploads(self, paired: Iterator[phones.Phone]) -> None:
        most = 16
        codes = world.codes(self.hot, most * phones.BATCH, at=self.at)
        client = phones.upload(self.origin, operations.Door(self.hot, codes), paired)
        line = self.meter.measure(
            "upload merge, 500 entries", Load(client, 4, PATIENCE_SECONDS, most)
        )
        self.report.add(line)
        self.report.note(
            f"Uploads: {line.ran.count * phones.BATCH / line.ran.seconds:.0f} entries a second."
        )

    def purchases(self) -> None:
        client = buy(self.origin, self.hot)
        run(Load(client, BUYERS, PATIENCE_SECONDS, WARM_UP))
        self.meter.drain()
        load = Load(client, BUYERS, PATIENCE_SECONDS, self.length.purchases)
        queues.critical_only()
        bought = self.meter.measure_work("whole purchase", lambda: self._until_settled(load))
        sold = bought.ran.count
        mailed = self.meter.measure_work(
            "after it: mail with PDF, sold-out check", lambda: self._until_mailed(sold)
        )
        floor = self.floor.cpu_ms("place", "purchase", **self._sold())
        self.report.add(bought, floor, Aim(60))
        self.report.add(mailed)

    def growing(self) -> None:
        """The same at a small and at a large show, in turn, so that the machine's moods meet both."""
        small = world.make_show(SMALL, [None], at=self.at)
        large = world.make_show(self.length.large, [None], at=self.at)
        world.make_tickets(small, SMALL, at=self.at)
        world.make_tickets(large, self.length.large, at=self.at)
        world.analyse()
        self._compare("place", [self._placer(show) for show in (small, large)], (small, large))
        self._compare("scan", [self._scanner(show) for show in (small, large)], (small, large))

    def _placer(self, show: Show) -> Callable[[], Operation]:
        return operations.place_by_form(self.origin, [show], 1)

    def _scanner(self, show: Show) -> Callable[[], Operation]:
        most = (self.length.compared + WARM_UP) * self.length.rounds + 100
        door = operations.Door(show, world.codes(show, most, at=self.at))
        return operations.scan(self.origin, door, self.keys.door)

    def _compare(
        self, what: str, clients: list[Callable[[], Operation]], shows: tuple[Show, Show]
    ) -> None:
        spent = [0.0, 0.0]
        for _ in range(self.length.rounds):
            for index, client in enumerate(clients):
                line = self.line(what, client, clients=8, most=self.length.compared)
                spent[index] += line.total_ms / self.length.rounds
        few, lots = spent
        self.report.note(
            f"{what}: {few:.1f} CPU-ms at {shows[0].capacity:,}, {lots:.1f} at"
            f" {shows[1].capacity:,} ({lots / few - 1:+.0%})."
        )

    def verdicts(self) -> None:
        """Decoding itself is the camera's and the phone's; what follows is ours."""
        if not browser():
            self.report.note("Verdicts of a slow phone: skipped, there is no Chromium.")
            return
        tickets = world.new_tickets(self.hot, 12, at=self.at)
        pictures = [qr.png(token(ticket)) for ticket in tickets]
        with chromium() as playwright:
            code = world.pairing_code(self.hot.event, at=now())
            found = verdicts.measure(playwright, self.origin, code, pictures, LOOKS)
        self.report.note(
            verdicts.report(found, Ticket.objects.filter(event=self.hot.event).count())
        )

    def rehearsal(self) -> None:
        if not browser():
            self.report.note("Rehearsal: skipped, there is no Chromium.")
            return
        show = world.make_show(PEOPLE + 100, [None], at=self.at)
        doors = world.two_gates(show, at=self.at)
        tickets = world.new_tickets(show, PEOPLE + 20, at=self.at)
        crowd = rehearsal.Crowd(
            show.event, doors, tickets[:PEOPLE], tickets[PEOPLE:-10], tickets[-10:]
        )
        with chromium() as playwright:
            nights = rehearsal.rehearse(playwright, self.origin, crowd, user=world.owner())
        for line in rehearsal.report(nights):
            self.report.note(line)

    def _until_settled(self, load: Load) -> Ran:
        """Also the provider's webhooks."""
        ran = run(load)
        self.meter.drain("critical")
        return ran

    def _until_mailed(self, sold: int) -> Ran:
        began = time.perf_counter()
        queues.everything()
        self.meter.drain()
        seconds = time.perf_counter() - began
        return Ran(seconds, [seconds * 1000 / sold] * sold)

    def _sold(self) -> dict[str, int | str]:
        return {
            "event": self.hot.event.pk,
            "organizer": self.hot.event.organizer_id,
            "variant": self.hot.variants[0],
            "quota": self.hot.house,
            "capacity": self.hot.capacity,
        }

    def _scanned(self) -> dict[str, int | str]:
        first, last = world.ticket_ids(self.hot)
        event, gate = self.hot.event.pk, self.hot.gate
        return {
            "event": event,
            "gate": gate,
            "key": self.keys.door_id,
            "first": first,
            "last": last,
        }


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="make bench")
    parser.add_argument("launcher", type=int)
    parser.add_argument("--quick", action="store_true", help="about a minute, less exact")
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="a part by its name, e.g. page; repeatable"
    )
    parser.add_argument("--statements", action="store_true", help="what each part asked longest")
    parser.add_argument(
        "--orders", type=int, help="of the event that is called off; else as many as usual"
    )
    options = parser.parse_args(arguments)
    report = Report()
    length = QUICK if options.quick else FULL
    if options.orders:
        length = replace(length, called_off=options.orders)
    bench = Bench(options.launcher, length, report)
    for name in options.only or PARTS:
        bench.meter.database.slowest()
        try:
            getattr(bench, name)()
        finally:
            if options.statements:
                print("\n".join(bench.meter.database.slowest(40)))
    memory = bench.meter.family.web_worker_mb()
    report.note(f"Memory of the largest web worker: {memory:.0f} MB (PSS); aim: ≤ 150.")
    print(f"\n{report.text()}")
    return 0
