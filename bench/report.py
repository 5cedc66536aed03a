"""The table, as Markdown that is also good to read on a terminal."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.measuring import Line

_HEAD = (
    *("", "per s", "p50 ms", "p95 ms", "web", "worker", "PostgreSQL"),
    *("CPU-ms", "aim", "SQL", "aim", "floor", "× floor"),
)


@dataclass(frozen=True, slots=True)
class Aim:
    """At most; None: no aim."""

    cpu_ms: float | None = None
    statements: float | None = None


_NO_AIM = Aim()


@dataclass
class Report:
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, line: Line, floor_ms: float | None = None, aim: Aim = _NO_AIM) -> None:
        ran, cpu = line.ran, line.cpu_ms
        row = (
            line.name,
            f"{ran.count / ran.seconds:.1f}",
            *(f"{ran.percentile(percent):.0f}" for percent in (50, 95)),
            *(f"{cpu[group]:.2f}" for group in ("web", "worker", "postgres")),
            f"{line.total_ms:.1f}",
            _limit(aim.cpu_ms),
            f"{line.statements:.2f}",
            _limit(aim.statements),
            f"{floor_ms:.2f}" if floor_ms is not None else "",
            f"{line.total_ms / floor_ms:.1f}" if floor_ms is not None else "",
        )
        self.rows.append(row)
        print(f"  {row[0]}: {row[7]} CPU-ms, {row[9]} statements", flush=True)

    def note(self, text: str) -> None:
        self.notes.append(text)
        print(f"  {text}", flush=True)

    def text(self) -> str:
        widths = [max(len(row[i]) for row in (_HEAD, *self.rows)) for i in range(len(_HEAD))]
        rule = tuple("-" * width for width in widths)
        lines = [_row(row, widths) for row in (_HEAD, rule, *self.rows)]
        return "\n".join([*lines, "", *self.notes])


def _limit(aim: float | None) -> str:
    return "" if aim is None else f"≤ {aim:g}"


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    padded = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
    return f"| {' | '.join(padded)} |"
