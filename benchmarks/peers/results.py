"""What was measured: kept as JSON between the benchmark and the page, and shown as a table."""

from __future__ import annotations

import platform
import sqlite3
import statistics
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import orjson

from benchmarks.peers.load import Answered

FILE = Path(__file__).parents[2] / ".cache" / "peers.json"
OURS, PLAIN = "Bookgate", "Strawberry"
HEAD = (
    "| | requests/s | µs of CPU | … of PostgreSQL | p50 ms | p99 ms | MB | to the best peer, per core | to Strawberry |"
)


class Turn(NamedTuple):
    """One turn of one server: what the load saw, and the seconds of work of the server and of PostgreSQL."""

    answered: Answered
    cpu: float
    database_cpu: float


class Result(NamedTuple):
    """One server at one work on one database; the medians of its turns. CPU in microseconds a request."""

    database: str
    work: str
    server: str
    bytes: int
    per_second: float
    cpu: float
    database_cpu: float
    p50: float
    p99: float
    resident: float

    @classmethod
    def of(cls, names: tuple[str, str, str], size: int, turns: Sequence[Turn], resident: float) -> Result:
        """Take the medians."""

        def median(of: Callable[[Turn], float]) -> float:
            return statistics.median(map(of, turns))

        return cls(
            *names,
            size,
            median(lambda turn: turn.answered.requests / turn.answered.seconds),
            median(lambda turn: turn.cpu / turn.answered.requests * 1e6),
            median(lambda turn: turn.database_cpu / turn.answered.requests * 1e6),
            median(lambda turn: turn.answered.p50),
            median(lambda turn: turn.answered.p99),
            resident,
        )


class Run(NamedTuple):
    """All that was measured in one run, where and when."""

    date: str
    machine: str
    notes: str
    results: list[Result]


def save(results: list[Result], notes: str) -> None:
    """Keep a run."""
    FILE.parent.mkdir(exist_ok=True)
    run = Run(datetime.now(UTC).date().isoformat(), _machine(), notes, results)
    kept = {**run._asdict(), "results": [result._asdict() for result in results]}
    FILE.write_bytes(orjson.dumps(kept, option=orjson.OPT_INDENT_2))


def load() -> Run:
    """Read the last run."""
    kept = orjson.loads(FILE.read_bytes())
    return Run(**{**kept, "results": [Result(**result) for result in kept["results"]]})


def grouped(results: Iterable[Result]) -> list[list[Result]]:
    """Put together what was measured of each database and work."""
    groups: dict[tuple[str, str], list[Result]] = {}
    for result in results:
        groups.setdefault((result.database, result.work), []).append(result)
    return [*groups.values()]


def tables(results: Iterable[Result]) -> str:
    """Write a table for each database and work."""
    line = "|---|" + "---:|" * (HEAD.count("|") - 2)
    parts = [
        f"**{group[0].database}, {group[0].work}** ({group[0].bytes / 1000:.1f} kB)\n\n{HEAD}\n{line}\n{_rows(group)}"
        for group in grouped(results)
    ]
    return "\n\n".join(parts)


def to_best_peer(result: Result, group: Sequence[Result]) -> float:
    """How many times as many requests a core answers as with the best of the peers."""
    return min((other.cpu for other in group if other.server != OURS), default=result.cpu) / result.cpu


def _rows(group: Sequence[Result]) -> str:
    plain = next((result.cpu for result in group if result.server == PLAIN), None)
    return "\n".join(_row(result, group, plain) for result in group)


def _row(result: Result, group: Sequence[Result], plain: float | None) -> str:
    database = f"{result.database_cpu:,.0f}" if result.database_cpu else ""
    measured = f"{result.per_second:,.0f} | {result.cpu:,.0f} | {database} | {result.p50:.1f} | {result.p99:.1f}"
    to_plain = f"{plain / result.cpu:.1f} x" if plain else ""
    best = f"{to_best_peer(result, group):.2f} x"
    return f"| {result.server} | {measured} | {result.resident:.0f} | {best} | {to_plain} |"


def _machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
    return f"{model}, Linux {platform.release()}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
