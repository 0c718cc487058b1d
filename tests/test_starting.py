"""How the program starts, or says in a sentence why it does not."""

from __future__ import annotations

import asyncio
import signal
import socket
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import aiohttp
import asyncpg
import pytest
from sqlalchemy import Connection, inspect, text

from storage.migrations import downgrade
from storage.migrations.connecting import TURN, connected
from tests.programs import SECONDS, free_port, run, start


@pytest.fixture
def taken_port() -> Iterator[str]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield str(listener.getsockname()[1])


async def test_the_address_is_printed_once_it_answers(tmp_path: Path) -> None:
    process = await start("serve", "--port", str(free_port()), "--database", f"sqlite:///{tmp_path}/bookgate.db")
    try:
        assert process.stdout
        said = (await asyncio.wait_for(process.stdout.readline(), SECONDS)).decode()
        address = said.removeprefix("Bookgate serves ").removesuffix("/graphql\n")
        async with aiohttp.ClientSession() as client, client.get(f"{address}/healthz") as response:
            assert response.status == 200
    finally:
        process.terminate()
        await asyncio.wait_for(process.communicate(), SECONDS)


def has_ipv6() -> bool:
    """Whether the machine has the address ::1."""
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@pytest.mark.skipif(not has_ipv6(), reason="the machine has no ::1")
@pytest.mark.parametrize(("command", "lines"), [("serve", 1), ("demo", 3)])
async def test_an_address_of_colons_is_printed_as_an_address(tmp_path: Path, command: str, lines: int) -> None:
    process = await start(command, "--host", "::1", "--port", str(free_port()), folder=tmp_path)
    try:
        assert process.stdout
        async with asyncio.timeout(SECONDS):
            said = [(await process.stdout.readline()).decode() for _ in range(lines)][-1]
        address = said.split()[-1].removesuffix("/graphql")
        assert address.startswith("http://[::1]:")
        async with aiohttp.ClientSession() as client, client.get(f"{address}/healthz") as response:
            assert response.status == 200
    finally:
        process.terminate()
        await asyncio.wait_for(process.communicate(), SECONDS)


@pytest.mark.parametrize("command", ["serve", "demo"])
async def test_what_cannot_listen_prints_no_address(tmp_path: Path, command: str, taken_port: str) -> None:
    code, printed, said = await run(command, "--port", taken_port, folder=tmp_path)

    assert (code, printed) == (1, "")
    assert "address already in use" in said
    assert "Traceback" not in said


async def test_a_wrong_way_to_execute_prints_no_address(tmp_path: Path) -> None:
    code, printed, said = await run("serve", folder=tmp_path, BOOKGATE_EXECUTION="quickly")

    assert (code, printed) == (1, "")
    assert "BOOKGATE_EXECUTION is compiled or reference" in said


def revision(connection: Connection) -> str:
    found: str = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return found


async def refusal(*arguments: str) -> str:
    """What is said, in one line, by a command that cannot begin."""
    code, printed, said = await run(*arguments)
    assert (code, printed) == (1, "")
    (line,) = said.splitlines()
    assert line.startswith("bookgate: ")
    return line


async def test_a_store_of_a_newer_version_is_left_alone(database_url: str) -> None:
    await connected(database_url, lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))

    assert "a revision that this version does not know" in await refusal("serve", "--database", database_url)


async def test_a_database_of_another_program_is_left_alone(empty_database: str) -> None:
    await connected(empty_database, lambda c: c.execute(text("CREATE TABLE notes (id INTEGER)")))

    assert "another program's" in await refusal("migrate", "--database", empty_database)
    assert await connected(empty_database, lambda c: inspect(c).get_table_names()) == ["notes"]


async def test_a_file_of_another_program_stays_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE notes (id INTEGER)")
    before = path.read_bytes()

    assert "another program's" in await refusal("serve", "--database", f"sqlite:///{path}")
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", [["serve"], ["token", "list"], ["token", "create", "--name", "n", "--admin"]])
async def test_a_store_of_an_older_version_is_left_to_migrate(database_url: str, command: list[str]) -> None:
    await downgrade(database_url, "0004")

    assert "of an older version (0004)" in await refusal(*command, "--database", database_url)
    assert await connected(database_url, revision) == "0004"
    assert (await run("migrate", "--database", database_url))[0] == 0
    assert (await run("token", "list", "--database", database_url))[0] == 0


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["token", "list"]])
async def test_what_is_no_store_is_refused_in_one_sentence_each_time(tmp_path: Path, command: list[str]) -> None:
    text_file = tmp_path / "text.db"
    text_file.write_text("no database\n" * 1000)
    paths = [tmp_path, text_file] * 4

    said = await asyncio.gather(*(refusal(*command, "--database", f"sqlite:///{path}") for path in paths))

    assert set(said) == {"bookgate: unable to open database file", "bookgate: file is not a database"}
    assert any_of(tmp_path) == ["text.db"]


async def test_a_store_below_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    said = await refusal("serve", "--database", f"sqlite:///{tmp_path}/file/bookgate.db")
    assert "PostgreSQL" not in said
    assert f"{tmp_path}/file" in said


async def test_a_role_without_rights_is_told_so(empty_postgres_url: str) -> None:
    connection = await asyncpg.connect(empty_postgres_url)
    await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC")
    await connection.close()
    # A role that every server has, and that may do nothing of its own.
    url = f"{empty_postgres_url}{'&' if '?' in empty_postgres_url else '?'}role=pg_monitor"

    assert "permission denied for schema public" in await refusal("serve", "--database", url)


async def test_starting_can_be_interrupted(empty_postgres_url: str) -> None:
    connection = await asyncpg.connect(empty_postgres_url)
    await connection.execute(f"SELECT pg_advisory_lock({TURN})")
    process = await start("serve", "--database", empty_postgres_url)
    await until(lambda: connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"))

    process.send_signal(signal.SIGINT)

    printed, said = await asyncio.wait_for(process.communicate(), SECONDS)
    await connection.close()
    assert (process.returncode, printed, said) == (-signal.SIGINT, b"", b"")


async def test_loading_can_be_interrupted(tmp_path: Path) -> None:
    (tmp_path / "dotenv.py").write_text("import os, signal; os.kill(os.getpid(), signal.SIGINT)")

    code, printed, said = await run("schema", PYTHONPATH=str(tmp_path))

    assert (code, printed, said) == (-signal.SIGINT, "", "")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_a_demo_stopped_while_it_grows_leaves_nothing_behind(tmp_path: Path, stop: signal.Signals) -> None:
    process = await start("demo", "--size", "500000", TMPDIR=str(tmp_path))
    await until(lambda: asyncio.to_thread(is_growing, tmp_path))

    process.send_signal(stop)

    printed, said = await asyncio.wait_for(process.communicate(), SECONDS)
    assert (process.returncode, printed) == (-stop, b"")
    assert b"Traceback" not in said
    assert not any_of(tmp_path)


async def until(is_so: Callable[[], Awaitable[object]]) -> None:
    """Wait until something outside of this process is so."""
    async with asyncio.timeout(SECONDS):
        while not await is_so():  # noqa: ASYNC110 - another process does not tell
            await asyncio.sleep(0.05)


def is_growing(folder: Path) -> bool:
    """Whether a demo of this folder has bookings."""
    for path in folder.glob("bookgate-demo-*/demo.db"):
        with closing(sqlite3.connect(path)) as store:
            try:
                return bool(store.execute("SELECT count(*) FROM bookings").fetchone()[0])
            except sqlite3.Error:
                return False
    return False


def any_of(folder: Path) -> list[str]:
    """The files and folders in a folder."""
    return [path.name for path in folder.iterdir()]


async def test_a_mistyped_database_makes_no_store(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/bookgate.db"

    for command in (["list"], ["create", "--name", "n", "--admin"], ["revoke", "bg_0123456789ab"]):
        assert f"there is no {url}" in await refusal("token", *command, "--database", url)
    assert not any_of(tmp_path)


async def test_who_makes_a_store_says_where(tmp_path: Path) -> None:
    code, _, said = await run("migrate", "--database", "sqlite:///new/bookgate.db", folder=tmp_path)
    assert (code, f"made the store {tmp_path}/new/bookgate.db\n" in said) == (0, True)

    code, _, said = await run("migrate", "--database", "sqlite:///new/bookgate.db", folder=tmp_path)
    assert (code, said) == (0, "")
