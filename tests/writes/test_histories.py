"""Recorded concurrent histories of two gateways on one database, checked against the sequential model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.opening import open_database
from storage.tokens import SCOPES, Grant, create_token
from tests.writes.histories.clients import GatewayError
from tests.writes.histories.parties import told_in_two_ways
from tests.writes.histories.play import Size, playing
from tests.writes.histories.servers import GatewayProcess
from tests.writes.histories.verdicts import MUST_BE_NONE, Judged, judge, summary

SHORT = Size(requests=1_200, of_cell=120, at_a_time=(2, 4))
SHORTER = Size(requests=300, clients=12, of_cell=60, at_a_time=(2,))
ROUNDS = 5
UNLOCKED = ("-m", "tests.writes.histories.unlocked")


async def test_what_two_gateways_answer_could_have_been_answered_one_after_another(
    database_url: str, tmp_path: Path
) -> None:
    async with served(database_url, tmp_path) as (addresses, token):
        judged = await histories(addresses, token, SHORT)

    found = summary(judged)
    stuck = [one.finding.stuck for one in judged if one.finding.stuck]
    assert not any(found[name] for name in MUST_BE_NONE), (found, stuck)
    assert found["operations"] > SHORT.requests
    assert await is_told_once(database_url)


async def test_gateways_that_lock_nothing_are_found_out(database_url: str, tmp_path: Path) -> None:
    async with served(database_url, tmp_path, *UNLOCKED) as (addresses, token):
        for n in range(ROUNDS):
            with suppress(GatewayError):  # it may break in other ways too: looked for is what the search finds
                found = summary(await histories(addresses, token, SHORTER, seed=n))
                if found["impossible histories"]:
                    return

    pytest.fail(f"not in {ROUNDS} rounds")


@asynccontextmanager
async def served(database_url: str, logs: Path, *program: str) -> AsyncIterator[tuple[list[str], str]]:
    """Two gateways on one database: their addresses, and a token."""
    database = await open_database(database_url)
    token = await create_token(database, Grant("test", scopes=SCOPES), datetime.now(UTC))
    await database.close()
    gateways = [GatewayProcess(database_url, logs / f"{n}.log", program or ("app.py",)) for n in range(2)]
    try:
        for gateway in gateways:
            await gateway.start()
        yield [gateway.address for gateway in gateways], token
    finally:
        for gateway in gateways:
            await gateway.kill()


async def is_told_once(database_url: str) -> bool:
    """Whether the store tells of everybody who takes part the same everywhere."""
    database = await open_database(database_url)
    try:
        return await told_in_two_ways(database) == []
    finally:
        await database.close()


async def histories(addresses: list[str], token: str, size: Size, seed: int = 1) -> list[Judged]:
    async with playing(addresses, token, size, seed) as work:
        return [judge(story) for story in await work.run()]
