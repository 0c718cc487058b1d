"""Recorded concurrent histories of two gateways on one database, checked against the sequential model."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from storage.opening import open_database
from storage.tokens import SCOPES, Grant, create_token
from tests.writes.histories.play import Size, playing
from tests.writes.histories.servers import GatewayProcess
from tests.writes.histories.verdicts import MUST_BE_NONE, judge, summary

SHORT = Size(requests=1_200, of_cell=120, at_a_time=(2, 4))


async def test_what_two_gateways_answer_could_have_been_answered_one_after_another(
    database_url: str, tmp_path: Path
) -> None:
    database = await open_database(database_url)
    token = await create_token(database, Grant("test", scopes=SCOPES), datetime.now(UTC))
    await database.close()
    gateways = [GatewayProcess(database_url, tmp_path / f"{n}.log") for n in range(2)]

    try:
        for gateway in gateways:
            await gateway.start()
        async with playing([gateway.address for gateway in gateways], token, SHORT, seed=1) as work:
            stories = await work.run()
    finally:
        for gateway in gateways:
            await gateway.kill()

    judged = [judge(story) for story in stories]
    found = summary(judged)
    stuck = [one.finding.stuck for one in judged if one.finding.stuck]
    assert not any(found[name] for name in MUST_BE_NONE), (found, stuck)
    assert found["operations"] > SHORT.requests
