"""Many operations, many clients, and processes that are killed: `make torture`.

Prints what it did and found, and fails unless nothing was double booked, lost, impossible or left undecided.
"""

from __future__ import annotations

import argparse
import asyncio
import pickle
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from storage.migrations import migrate
from storage.opening import open_database
from storage.tokens import Grant, create_token
from tests.writes.histories.parties import told_in_two_ways
from tests.writes.histories.play import Size, killing, playing
from tests.writes.histories.servers import GatewayProcess, PostgresProcess, postgres
from tests.writes.histories.verdicts import MUST_BE_NONE, judge, summary

GATEWAYS = 2
PATIENCE = 60
PROCESSES = 2


def main() -> None:
    """Torture one database."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", choices=["sqlite", "postgresql"])
    parser.add_argument("--operations", type=int, default=100_000, help="bulk items counted, retries too")
    parser.add_argument("--kills", type=int, default=20, help="of a gateway, and on PostgreSQL as many of the server")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--keep", type=Path, help="a file for what the clients have seen")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres()) if arguments.database == "postgresql" else None
        url = server.url if server else f"sqlite:///{folder}/bookgate.db"
        sys.exit(asyncio.run(_torture(arguments, url, folder, server)))


async def _torture(arguments: argparse.Namespace, url: str, folder: Path, server: PostgresProcess | None) -> int:
    size = Size(requests=round(arguments.operations / 1.15))  # of 100 requests 6 are bulks, of 2 to 5 items
    token = await _token(url)
    gateways = [GatewayProcess(url, folder / f"gateway-{n}.log") for n in range(GATEWAYS)]
    back: list[float] = []
    try:
        for gateway in gateways:
            await gateway.start()
        started = time.monotonic()
        async with playing([gateway.address for gateway in gateways], token, size, arguments.seed) as work:
            killer = asyncio.create_task(killing(work, size, arguments.kills, _kills(gateways, server, token, back)))
            stories = await work.run()
            await killer
        took = time.monotonic() - started
    finally:
        for gateway in gateways:
            await gateway.kill()
    if arguments.keep:
        arguments.keep.write_bytes(pickle.dumps(stories))
    with ProcessPoolExecutor(PROCESSES) as pool:
        judged = list(pool.map(judge, stories))
    found = summary(judged)
    found["people told in two ways"] = await _told_in_two_ways(url)
    lines = [
        f"{arguments.database}, seed {arguments.seed}, {size.clients} clients, {GATEWAYS} gateways, {took:.0f} s",
        f"kill -9 of a gateway: {arguments.kills}; of the server: {arguments.kills if server else 0}",
        *([f"writable again after the server was back: {max(back):.2f} s at most"] if back else []),
        *(f"{name}: {number:,}" for name, number in found.items()),
        *(f"stuck: {event}" for one in judged for event in one.finding.stuck),
    ]
    sys.stdout.write("\n  ".join(lines) + "\n")
    return sum(found[name] for name in (*MUST_BE_NONE, "people told in two ways"))


async def _token(url: str) -> str:
    await migrate(url)
    database = await open_database(url)
    try:
        return await create_token(database, Grant("torture"), datetime.now(UTC))
    finally:
        await database.close()


async def _told_in_two_ways(url: str) -> int:
    database = await open_database(url)
    try:
        return len(await told_in_two_ways(database))
    finally:
        await database.close()


def _kills(
    gateways: list[GatewayProcess], server: PostgresProcess | None, token: str, back: list[float]
) -> list[Callable[[], Awaitable[None]]]:
    turn = iter(range(10**9))

    async def gateway_dies() -> None:
        victim = gateways[next(turn) % len(gateways)]
        await victim.kill()
        await victim.start()

    async def server_dies() -> None:
        if server is None:
            return
        await asyncio.to_thread(server.kill)
        await asyncio.sleep(random.uniform(0, 1))
        await asyncio.to_thread(server.start)
        back.append(await _writable(gateways[0].address, token))

    return [gateway_dies, server_dies] if server else [gateway_dies]


async def _writable(address: str, token: str) -> float:
    """Return the seconds until a gateway, which was not started anew, writes."""
    started = time.monotonic()
    asked = {"query": 'mutation { upsertOrganization(input: {name: "x"}) { __typename } }'}
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        while time.monotonic() < started + PATIENCE:
            async with session.post(f"{address}/graphql", json=asked) as response:
                if "errors" not in await response.json():
                    break
            await asyncio.sleep(0.02)
    return time.monotonic() - started


if __name__ == "__main__":
    main()
