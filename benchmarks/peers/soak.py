"""Memory under a long mixed load: `python -m benchmarks.peers.soak [names of databases and servers] [--seconds N]`.

Each server is asked everything it can answer, one after another: many single bookings, fewer lists and weeks, few
calendars. Its resident memory is printed before, ten times meanwhile, and after. Of Bookgate alone where none is named.
"""

from __future__ import annotations

import argparse
import os

from benchmarks.peers.answers import write_bodies
from benchmarks.peers.load import press, require_programs
from benchmarks.peers.servers import BOTH, CONTENDERS, GATEWAY, LOAD_CORE, SERVER_CORE, Server
from benchmarks.peers.stores import Store, new_store
from benchmarks.peers.works import variables

SHARES = {"one": 100, "list": 30, "week": 30, "calendar": 5}
LOOKS = 10


def main() -> None:
    """Soak one server after another."""
    arguments = _parser().parse_args()
    require_programs()
    os.sched_setaffinity(0, {LOAD_CORE})
    servers = [contender for contender in CONTENDERS if contender.name in arguments.names] or [GATEWAY]
    for kind in [kind for kind in BOTH if kind in arguments.names] or BOTH:
        with new_store(kind, arguments.bookings) as store:
            for contender in servers:
                if kind in contender.databases:
                    server = Server(contender, store, SERVER_CORE)
                    try:
                        _soak(server, store, arguments.seconds)
                    finally:
                        server.stop()


def _soak(server: Server, store: Store, seconds: int) -> None:
    asked = {work: of[: SHARES[work]] for work, of in variables(store.contents).items() if work in server.works}
    bodies = write_bodies(server, asked, store.folder / server.name)
    seen, requests = [server.resident()], 0
    for _ in range(LOOKS):
        requests += press(server.url, bodies, store.token, max(1, seconds // LOOKS)).requests
        seen.append(server.resident())
    memory = ", ".join(f"{megabytes:.0f}" for megabytes in seen)
    print(f"{store.kind}, {server.name}: {requests:,} requests in {seconds} s; MB: {memory}", flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers.soak", description="Memory under a long load.")
    parser.add_argument("names", nargs="*", metavar="name", help="of databases and servers; default both and Bookgate")
    parser.add_argument("--seconds", type=int, default=600, help="for each server on each database")
    parser.add_argument("--bookings", type=int, default=200_000)
    return parser


if __name__ == "__main__":
    main()
