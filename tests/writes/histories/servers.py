"""Processes that are there to be killed: gateways, and a PostgreSQL server."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp

from tests import postgres_server

ROOT = Path(__file__).parents[3]
SECONDS = 60
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "synchronous_commit": "off",
    "wal_writer_delay": "10s",
}
"""As a careless operator would run it: that what is committed is flushed to the disk, the gateway has to ask for."""


class GatewayProcess:
    """A gateway in a process of its own, on a port that stays."""

    def __init__(self, database_url: str, log: Path, program: Sequence[str] = ("app.py",)) -> None:
        self._url, self._log, self._program = database_url, log, program
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, *self._program, "serve", "--port", str(self._port), "--database", self._url]
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=log, stderr=log)
        async with asyncio.timeout(SECONDS), aiohttp.ClientSession() as session:
            while not await _answers(session, f"{self.address}/healthz"):
                if self._process.returncode is not None:
                    raise RuntimeError("the gateway has ended:\n" + self._log.read_text()[-3000:])
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """Kill it as nobody can prepare for."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()


class PostgresProcess:
    """A PostgreSQL server that flushes what it is told to."""

    def __init__(self, binaries: Path, folder: Path) -> None:
        self._binaries, self._folder = binaries, folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"postgresql://postgres@/postgres?host={folder}"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        owner = postgres_server.OWNER
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        command = [str(self._binaries / "postgres"), "-D", f"{self._folder}/data", "-k", str(self._folder), *settings]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder, user=owner, group=owner)
        deadline = time.monotonic() + SECONDS
        while "ready" not in self._state():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start:\n" + (self._folder / "log").read_text()[-3000:])
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill all of it at once."""
        if self._process is None:
            return
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for pid in (self._process.pid, *map(int, children)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        self._process = None
        (self._folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def _state(self) -> str:
        state = self._folder / "data" / "postmaster.pid"
        return state.read_text() if state.exists() else ""


@contextmanager
def postgres() -> Iterator[PostgresProcess]:
    """A new server from the machine's binaries, gone afterwards."""
    binaries = postgres_server.find_binaries()
    if binaries is None or not postgres_server.is_allowed():
        raise RuntimeError("this needs PostgreSQL's own programs on the machine, and as root its user")
    folder = Path(tempfile.mkdtemp(prefix="bookgate-"))
    postgres_server.prepare(binaries, str(folder))
    server = PostgresProcess(binaries, folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as response:
            return response.status == 200
    except aiohttp.ClientError:
        return False
