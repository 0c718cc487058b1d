"""The program in a process of its own, as an operator runs it."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[1]
SECONDS = 30
SETTINGS = ("BOOKGATE_DATABASE", "BOOKGATE_HOST", "BOOKGATE_PORT", "BOOKGATE_EXECUTION")


async def run(*arguments: str, folder: Path = ROOT, **settings: str) -> tuple[int | None, str, str]:
    """Run a command of the program; return its exit code and what it printed."""
    process = await start(*arguments, folder=folder, **settings)
    out, err = await asyncio.wait_for(process.communicate(), SECONDS)
    return process.returncode, out.decode(), err.decode()


async def start(*arguments: str, folder: Path = ROOT, **settings: str) -> Process:
    """Start a command of the program in a folder; a checkout's own `.env` is without effect."""
    unset = ("PYTHONDONTWRITEBYTECODE", *(SETTINGS if folder == ROOT else ()))  # compiled once, not at every start
    environment = {**os.environ, **dict.fromkeys(unset, ""), **settings}
    return await asyncio.create_subprocess_exec(
        sys.executable, ROOT / "app.py", *arguments, cwd=folder, env=environment, stdout=PIPE, stderr=PIPE
    )


@asynccontextmanager
async def serving(url: str) -> AsyncIterator[tuple[str, Process]]:
    """A gateway in a process of its own, and its address."""
    port = free_port()
    process = await start("serve", "--port", str(port), "--database", url)
    address = f"http://127.0.0.1:{port}"
    try:
        await answering(f"{address}/readyz")
        yield address, process
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.communicate(), SECONDS)


async def answering(url: str) -> None:
    """Wait until an address answers 200."""
    async with aiohttp.ClientSession() as client, asyncio.timeout(SECONDS):
        while True:
            try:
                async with client.get(url) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.05)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def ask(address: str, query: str, token: str | None = None) -> dict[str, object]:
    """Send an operation and return the answer."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"query": query}
    async with (
        aiohttp.ClientSession() as client,
        client.post(f"{address}/graphql", json=body, headers=headers) as response,
    ):
        answer: dict[str, object] = await response.json()
        return answer
