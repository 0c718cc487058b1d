"""The program as an operator runs it: commands, settings, signals."""

from __future__ import annotations

import asyncio
import re
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from tests.programs import ROOT, SECONDS, answering, ask, free_port, run, serving, start

SET_UP = """
mutation { upsertOrganization(input: {name: "Club"}) {
  ... on UpsertOrganizationSuccess { organization { name } }
} }
"""


async def test_serve_migrates_an_empty_database_and_takes_tokens_made_beside_it(empty_database: str) -> None:
    async with serving(empty_database) as (address, _):
        code, printed, _ = await run("token", "create", "--name", "operator", "--admin", "--database", empty_database)
        assert (code, len(printed.split())) == (0, 1)

        answer = await ask(address, "{ viewer { name scopes } }", printed.strip())

    viewer = answer["data"]["viewer"]  # type: ignore[index]
    assert (viewer["name"], len(viewer["scopes"])) == ("operator", 6)


async def test_the_database_can_be_named_by_the_environment(tmp_path: Path) -> None:
    code, _, _ = await run("migrate", BOOKGATE_DATABASE=f"sqlite:///{tmp_path}/named.db")

    assert code == 0
    assert (tmp_path / "named.db").exists()


async def test_a_stopped_gateway_finishes_what_is_in_flight(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/bookgate.db"
    async with serving(url) as (address, process):
        _, token, _ = await run("token", "create", "--name", "operator", "--admin", "--database", url)
        with closing(sqlite3.connect(tmp_path / "bookgate.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")  # the write waits for this lock
            writing = asyncio.create_task(ask(address, SET_UP, token.strip()))
            await asyncio.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            await asyncio.sleep(0.5)
            assert not writing.done()
            other.execute("ROLLBACK")

        answer = await asyncio.wait_for(writing, SECONDS)
        assert await asyncio.wait_for(process.wait(), SECONDS) == 0

    assert answer["data"]["upsertOrganization"]["organization"]["name"] == "Club"  # type: ignore[index]
    with closing(sqlite3.connect(tmp_path / "bookgate.db")) as stored:
        assert stored.execute("SELECT name FROM organizations").fetchall() == [("Club",)]


async def test_a_gateway_whose_file_was_replaced_is_not_ready_and_writes_nothing(tmp_path: Path) -> None:
    path, backup = tmp_path / "bookgate.db", tmp_path / "backup.db"
    for each in (path, backup):
        await run("migrate", "--database", f"sqlite:///{each}")
    _, token, _ = await run("token", "create", "--name", "operator", "--admin", "--database", f"sqlite:///{path}")

    async with serving(f"sqlite:///{path}") as (address, _):
        backup.replace(path)
        answer = await ask(address, SET_UP, token.strip())
        async with aiohttp.ClientSession() as client, client.get(f"{address}/readyz") as response:
            assert response.status == 503

    assert answer["errors"][0]["extensions"] == {"code": "store_unavailable"}  # type: ignore[index]


async def test_a_token_of_an_organization_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    unknown = "00000000-0000-4000-8000-000000000000"
    database = f"sqlite:///{tmp_path}/bookgate.db"
    await run("migrate", "--database", database)

    code, printed, said = await run("token", "create", "--name", "x", "--organization", unknown, "--database", database)

    assert (code, printed) == (1, "")
    assert "there is no organization" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("url", ["mysql://secret@host/x", "sqlite:///", "bookgate.db"])
async def test_a_database_of_another_kind_is_refused_without_showing_its_url(url: str) -> None:
    code, _, said = await run("serve", "--database", url)

    assert code == 1
    assert "Traceback" not in said
    assert "secret" not in said


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "sqlite://", "sqlite:///"])
async def test_a_store_without_a_file_is_refused_and_told_why(url: str) -> None:
    code, _, said = await run("serve", "--database", url)

    assert code == 1
    assert said == "bookgate: SQLite needs a file: sqlite:///bookgate.db, or sqlite:////folder/bookgate.db\n"


async def test_schema_prints_what_is_in_the_repository() -> None:
    _, printed, _ = await run("schema")

    assert printed == (ROOT / "schema.graphql").read_text("utf-8")


async def test_demo_prints_its_address_and_tokens_that_work() -> None:
    async with demonstrating() as (address, tokens, _):
        answer = await ask(address, "{ bookings(first: 1) { totalCount } }", tokens["tennis"])

    assert answer["data"]["bookings"]["totalCount"] > 100  # type: ignore[index]


async def test_demo_grows_and_says_so_without_control_characters() -> None:
    async with demonstrating("--size", "4000") as (address, tokens, said):
        grown = await ask(address, "{ bookings(first: 1) { totalCount } }", tokens["admin"])
        theirs = await ask(address, "{ bookings(first: 1) { totalCount } }", tokens["tennis"])

    assert grown["data"]["bookings"]["totalCount"] > 4000 + 1000  # type: ignore[index]
    assert 100 < theirs["data"]["bookings"]["totalCount"] < 4000  # type: ignore[index]
    assert "4000/4000" in said
    assert not {"\r", "\x1b"} & set(said)


@pytest.mark.parametrize("size", ["many", "-5", "1.5"])
async def test_demo_does_not_grow_to_what_is_no_number(size: str) -> None:
    code, _, said = await run("demo", f"--size={size}")

    assert code == 2
    assert "no number of bookings" in said


@asynccontextmanager
async def demonstrating(*arguments: str) -> AsyncIterator[tuple[str, dict[str, str], str]]:
    """A demo in a process of its own: its address, its tokens by their names, and what it said before them."""
    process = await start("demo", "--port", str(free_port()), *arguments)
    assert process.stdout
    assert process.stderr
    lines: list[str] = []
    try:
        async with asyncio.timeout(60):
            while not any("lobby" in line for line in lines):
                lines.append((await process.stdout.readline()).decode())
        printed = "".join(lines)
        address = re.search(r"GraphiQL +(\S+)/graphql", printed)
        assert address
        await answering(f"{address[1]}/readyz")
        said = (await process.stderr.read(4096)).decode() if arguments else ""
        yield address[1], dict(re.findall(r"^  (\w+) +(bg_\S+)", printed, re.MULTILINE)), said
    finally:
        process.terminate()
        await asyncio.wait_for(process.communicate(), SECONDS)
