"""Bookgate beside its peers: `python -m benchmarks.peers [names of databases, servers or works]`.

All read the same bookings and are asked the same; that they answer alike is seen first. A server has one core, the load
and PostgreSQL have the other. Servers take turns, and the median of the turns counts. What is measured is printed and
kept; `python -m benchmarks.peers.report` makes the page of it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from benchmarks.peers.answers import compare, write_bodies
from benchmarks.peers.load import Answered, press, require_programs
from benchmarks.peers.processes import postgres_cpu
from benchmarks.peers.results import OURS, Result, Turn, save, tables
from benchmarks.peers.servers import BOTH, CONTENDERS, LOAD_CORE, SERVER_CORE, WORKS, Server
from benchmarks.peers.stores import Store, new_store
from benchmarks.peers.works import variables


def main() -> None:
    """Measure, print and keep."""
    arguments = _parser().parse_args()
    require_programs()
    os.sched_setaffinity(0, {LOAD_CORE})  # what is started here stays there: PostgreSQL, wrk
    results: list[Result] = []
    for kind in _chosen(BOTH, arguments.names):
        with ExitStack() as stack:
            store = stack.enter_context(new_store(kind, arguments.bookings))
            results += Bench(store, stack, arguments).measure()
    print(tables(results))
    save(results, f"{arguments.bookings:,} bookings, {arguments.rounds} turns of {arguments.seconds} s each")


class Bench:
    """The servers over one store, all started."""

    def __init__(self, store: Store, stack: ExitStack, arguments: argparse.Namespace) -> None:
        self._store, self._arguments = store, arguments
        names = _chosen([contender.name for contender in CONTENDERS], arguments.names)
        self._servers = []
        for contender in CONTENDERS:
            if store.kind in contender.databases and contender.name in (OURS, *names):
                self._servers.append(Server(contender, store, SERVER_CORE))
                stack.callback(self._servers[-1].stop)

    def measure(self) -> list[Result]:
        """Measure one work after another."""
        found: list[Result] = []
        for work, requests in variables(self._store.contents).items():
            if work in _chosen(WORKS, self._arguments.names):
                found += self._work(work, requests)
        return found

    def _work(self, work: str, requests: Sequence[dict[str, Any]]) -> list[Result]:
        servers = [server for server in self._servers if work in server.works]
        size = asyncio.run(compare(servers, self._store.token, work, requests))
        for server in servers:
            write_bodies(server, {work: requests}, self._store.folder / server.name)
            self._press(server, 1 + self._arguments.seconds // 2)  # warms up
        turns: dict[str, list[Turn]] = {server.name: [] for server in servers}
        for _ in range(self._arguments.rounds):
            for server in servers:
                turns[server.name].append(self._turn(server))
        return [
            Result.of((self._store.kind, work, server.name), size, turns[server.name], server.resident())
            for server in servers
        ]

    def _turn(self, server: Server) -> Turn:
        cpu, database = server.cpu(), self._database_cpu()
        answered = self._press(server, self._arguments.seconds)
        if not answered.requests:
            raise SystemExit(f"{server.name} gave no answer within a turn: give it more --seconds.")
        return Turn(answered, server.cpu() - cpu, self._database_cpu() - database)

    def _press(self, server: Server, seconds: int) -> Answered:
        return press(server.url, self._store.folder / server.name, self._store.token, seconds)

    def _database_cpu(self) -> float:
        return postgres_cpu(self._store.url) if self._store.kind == "postgresql" else 0.0


def _chosen(of: Sequence[str], names: Sequence[str]) -> Sequence[str]:
    """Return those that are named, all where none is."""
    return [name for name in of if name in names] or of


def _parser() -> argparse.ArgumentParser:
    every = (*BOTH, *WORKS, *(contender.name for contender in CONTENDERS))
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description="Bookgate beside its peers.")
    parser.add_argument("names", nargs="*", help=f"only these of {', '.join(every)}")
    parser.add_argument("--rounds", type=int, default=5, help="turns of each server at each work")
    parser.add_argument("--seconds", type=int, default=8, help="of each turn")
    parser.add_argument("--bookings", type=int, default=200_000, help="in the store; 1 resource for 1,000")
    return parser


if __name__ == "__main__":
    main()
