"""How cost grows: `python -m benchmarks.scale [--sizes N …] [--database sqlite|postgresql] [--keep folder]`.

The same requests of stores of several sizes, in process, by compiled execution, as the token of an organization, or of
a few for the largest calendars. One size after the other is asked, request by request, so that what else the machine
does falls on all alike; everything has been asked before. `work` is CPU time, PostgreSQL's too.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

import orjson

from app import COLLECTIONS
from benchmarks.scale.stores import Filled, Store, filled_stores, opened
from benchmarks.scale.works import CALENDARS, WORKS, Asked, Source, Work
from execution.documents import Documents
from resolvers.api import graphql_schema
from storage.access import Access


class Times(NamedTuple):
    """What one kind of request took at one size: seconds, seconds of CPU, and these for each event of a calendar."""

    seconds: list[float]
    work: list[float]
    for_an_event: list[float]


def main() -> None:
    """Fill what is missing, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description="How cost grows.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000], help="numbers of bookings")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--rounds", type=int, default=5, help="turns of every request")
    parser.add_argument("--keep", type=Path, help="a folder where the stores stay; 10,000,000 bookings take 20 GB")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bookgate-") as temporary:
        folder = (arguments.keep or Path(temporary)).absolute()
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)  # PostgreSQL's user has its data within
        with filled_stores(arguments.database, sorted(arguments.sizes), folder) as stores:
            measured = asyncio.run(_measure(stores, arguments.rounds))
    print(f"{arguments.database}: p50 / p99 (p50 of the work), in milliseconds; ratios to the smallest store\n")
    print("\n".join(_table(sorted(arguments.sizes), measured)))


async def _measure(stores: list[Filled], rounds: int) -> dict[Work, dict[int, Times]]:
    async with opened(stores) as databases:
        gc.collect()  # as the gateway does
        gc.freeze()
        gc.set_threshold(*COLLECTIONS)
        bench = Bench([await Source.of(store) for store in databases], rounds)
        return {work: found for work in (*WORKS, *CALENDARS) if (found := await bench.measure(work))}


class Bench:
    """Asks all stores the same."""

    def __init__(self, sources: list[Source], rounds: int) -> None:
        self._sources, self._rounds = sources, rounds
        self._documents = Documents(graphql_schema())

    async def measure(self, kind: Work) -> dict[int, Times]:
        """Ask in turns: one store after the other, one request after the other."""
        able = [source for source in self._sources if source.count(source.organizations) >= kind.resources]
        asked = [[(source.store, kind.draw(source)) for _ in range(kind.requests)] for source in able]
        turns = [turn for turns in zip(*asked, strict=True) for turn in turns]
        events = [await self._first(*turn) for turn in turns]
        found = {source.store.size: Times([], [], []) for source in able}
        for _ in range(self._rounds):
            for (store, one), count in zip(turns, events, strict=True):
                there, here, start = store.work(), process_time(), perf_counter()
                await self._answer(store, one)
                seconds, work = perf_counter() - start, process_time() - here
                work += store.work() - there
                for times, value in zip(found[store.size], (seconds, work, work / max(count, 1)), strict=True):
                    times.append(value)
        return found

    async def _first(self, store: Store, asked: Asked) -> int:
        """Have everything ready, see that there is an answer; return how many events it has."""
        await self._answer(store, asked)
        body = await self._answer(store, asked)
        assert isinstance(body, bytes), self._documents.counts
        data = orjson.loads(body)["data"]
        assert all(data.values()), asked
        return len((data.get("calendarEvents") or {}).get("events", ()))

    async def _answer(self, store: Store, asked: Asked) -> object:
        return await self._documents.execute(asked.request, Access(store.database, asked.viewer, store.now))


def _table(sizes: list[int], measured: dict[Work, dict[int, Times]]) -> list[str]:
    head = ["", *(f"{size:,}" for size in sizes), *(f"x at {size:,}" for size in sizes[1:])]
    lines = [head, ["---", *("---:" for _ in head[1:])]]
    for work, found in measured.items():
        least = min(found)
        ratios = [_ratio(found[size], found[least]) if size in found and size > least else "-" for size in sizes[1:]]
        lines.append([work.name, *(_cell(found.get(size)) for size in sizes), *ratios])
    for work, found in measured.items():
        if work in CALENDARS:
            costs = {size: f"{statistics.median(times.for_an_event) * 1e6:.0f} µs" for size, times in found.items()}
            lines.append([f"work for each event of {work.resources}", *(costs.get(size, "-") for size in sizes)])
    return [f"| {' | '.join([*line, *[''] * (len(head) - len(line))])} |" for line in lines]


def _cell(times: Times | None) -> str:
    if times is None:
        return "-"
    ordered = sorted(times.seconds)
    p50, p99, work = statistics.median(ordered), ordered[len(ordered) * 99 // 100], statistics.median(times.work)
    return f"{p50 * 1e3:.2f} / {p99 * 1e3:.2f} ({work * 1e3:.2f})"


def _ratio(times: Times, least: Times) -> str:
    p50, work = (statistics.median(times[which]) / statistics.median(least[which]) for which in (0, 1))
    return f"{p50:.2f} ({work:.2f})"


if __name__ == "__main__":
    main()
