"""Two gateways on one SQLite file, against one: `python -m benchmarks.peers.pair [--seconds N] [--rounds N]`.

Lists alone. One has one core; two have a core each. The machine has no third for the load, so in both cases it shares
the cores of the servers: it takes away from two what it does not take from one, which has a core for it nearly free.
"""

from __future__ import annotations

import argparse
import statistics
from concurrent.futures import ThreadPoolExecutor

from benchmarks.peers.answers import write_bodies
from benchmarks.peers.load import press, require_programs
from benchmarks.peers.servers import GATEWAY, LOAD_CORE, SERVER_CORE, Server
from benchmarks.peers.stores import Store, new_store
from benchmarks.peers.works import variables


def main() -> None:
    """Measure one and two in turns, and print how many lists a second each gave."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers.pair", description="Two gateways, one file.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--bookings", type=int, default=200_000)
    arguments = parser.parse_args()
    require_programs()
    with new_store("sqlite", arguments.bookings) as store:
        servers = [Server(GATEWAY, store, core) for core in (SERVER_CORE, LOAD_CORE)]
        try:
            _measure(servers, store, arguments)
        finally:
            for server in servers:
                server.stop()


def _measure(servers: list[Server], store: Store, arguments: argparse.Namespace) -> None:
    write_bodies(servers[0], {"list": variables(store.contents)["list"]}, store.folder / "bodies")
    _per_second(servers, store, 1 + arguments.seconds // 2)  # warms up
    turns = [
        (_per_second(servers[:1], store, arguments.seconds), _per_second(servers, store, arguments.seconds))
        for _ in range(arguments.rounds)
    ]
    one, two = (statistics.median(turn[place] for turn in turns) for place in (0, 1))
    print(f"sqlite, lists a second: one process {one:,.0f}, two processes {two:,.0f}: {two / one:.2f} x")


def _per_second(servers: list[Server], store: Store, seconds: int) -> float:
    """Press all at the same time."""
    with ThreadPoolExecutor() as pool:
        answers = pool.map(lambda server: press(server.url, store.folder / "bodies", store.token, seconds), servers)
        return sum(answered.requests / answered.seconds for answered in answers)


if __name__ == "__main__":
    main()
