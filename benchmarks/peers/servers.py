"""The servers that are compared: how each is started, as a process of its own on the cores that it is given."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.peers.processes import cpu_of, resident
from benchmarks.peers.stores import Store
from storage.opening import sqlite_path

ROOT = Path(__file__).parents[2]
NODE_FOLDER = Path(__file__).with_name("node")
NODE = NODE_FOLDER / "node_modules" / ".bin" / "node"
START_SECONDS = 60

Command = Callable[[int, Store], list[str]]


class Contender(NamedTuple):
    """A server by its name: which databases it reads, what it can be asked, how it is started."""

    name: str
    databases: tuple[str, ...]
    works: tuple[str, ...]
    command: Command


class Server:
    """A contender that runs over a store."""

    def __init__(self, contender: Contender, store: Store, core: int) -> None:
        """Start it and wait until it listens."""
        self.name, self.works = contender.name, contender.works
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}"
        log = store.folder / f"{self.name}-{port}.log"
        command = ["taskset", "--cpu-list", str(core), *contender.command(port, store)]
        with log.open("wb") as output:
            self._process = subprocess.Popen(command, cwd=ROOT, env=_environment(store), stdout=output, stderr=output)
        deadline = time.monotonic() + START_SECONDS
        while not _listens(port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"{self.name} did not start:\n{log.read_text()[-3000:]}")
            time.sleep(0.05)

    def cpu(self) -> float:
        """The seconds of work so far."""
        return cpu_of(self._process.pid)

    def resident(self) -> float:
        """The resident memory in MB."""
        return resident(self._process.pid)

    def stop(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


def _gateway(port: int, store: Store) -> list[str]:
    return [sys.executable, "app.py", "serve", "--port", str(port), "--database", store.url]


def _plain(port: int, store: Store) -> list[str]:
    return [sys.executable, "-m", "benchmarks.peers.plain", str(port), store.url, store.organization]


def _node(script: str, *options: str) -> Command:
    def command(port: int, store: Store) -> list[str]:
        path = sqlite_path(store.url) or "-"
        return [str(NODE), str(NODE_FOLDER / script), *options, str(port), store.kind, path, store.organization]

    return command


BOTH, POSTGRES = ("sqlite", "postgresql"), ("postgresql",)
WORKS = ("list", "one", "week", "calendar")
SERVER_CORE, LOAD_CORE = 0, 1
GATEWAY = Contender("Bookgate", BOTH, WORKS, _gateway)
CONTENDERS = (
    GATEWAY,
    Contender("Mercurius", BOTH, WORKS, _node("mercurius.js", "own")),
    Contender("Mercurius+DataLoader", BOTH, WORKS, _node("mercurius.js", "dataloader")),
    Contender("Yoga", POSTGRES, WORKS, _node("yoga.js")),
    Contender("PostGraphile", POSTGRES, WORKS[:3], _node("postgraphile.js")),
    Contender("Strawberry", BOTH, WORKS, _plain),
)


def _environment(store: Store) -> dict[str, str]:
    settings = {"NODE_ENV": "production", "GRAPHILE_ENV": "production"}
    if store.kind == "postgresql":
        name, _, folder = store.url.partition("@/")[2].partition("?host=")
        settings |= {"PGHOST": folder, "PGUSER": "postgres", "PGDATABASE": name}
    return {**os.environ, **settings}


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
