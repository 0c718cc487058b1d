"""What every test may ask for: databases, migrated and empty, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
from aiohttp.test_utils import TestClient
from hypothesis import HealthCheck, settings

from app import EXAMPLES, application
from examples.demo import Demo, fill
from gateway.static import static_routes
from storage.database import Database
from storage.migrations import migrate
from storage.opening import open_database
from storage.tokens import create_token
from tests.api.clients import Server
from tests.api.filling import VenueFields, set_up_venue
from tests.postgres_server import server
from tests.served import Served

T = TypeVar("T")

# How fast examples are made and run is the machine's matter, and that of whoever else is on it.
settings.register_profile("bookgate", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("bookgate")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server on which databases may be created; every worker has its own."""
    with server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a migrated database: copying it takes less time than migrating."""
    name = f"bookgate_template_{uuid4().hex}"
    _run(_execute(postgres_url, f"CREATE DATABASE {name}"))
    _run(migrate(_named(postgres_url, name)))
    yield name
    _run(_execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "bookgate.db"
    _run(migrate(f"sqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def sqlite_venue(sqlite_template: Path) -> tuple[Path, VenueFields]:
    """A SQLite file with the venue, to be copied: setting it up takes longer than most tests."""
    path = Path(shutil.copy(sqlite_template, sqlite_template.with_name("venue.db")))
    return path, _run(set_up_venue(f"sqlite:///{path}"))


@pytest.fixture(scope="session")
def postgres_venue(postgres_url: str, postgres_template: str) -> Iterator[tuple[str, VenueFields]]:
    """The name of a database with the venue, to be copied."""
    name = f"bookgate_venue_{uuid4().hex}"
    _run(_execute(postgres_url, f"CREATE DATABASE {name} TEMPLATE {postgres_template}"))
    yield name, _run(set_up_venue(_named(postgres_url, name)))
    _run(_execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def sqlite_database_url(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database: empty, or with the venue where the test asks for that."""
    filled = "venue" in request.fixturenames
    template = request.getfixturevalue("sqlite_venue")[0] if filled else sqlite_template
    return f"sqlite:///{shutil.copy(template, tmp_path / 'bookgate.db')}"


@pytest.fixture
def postgres_database_url(request: pytest.FixtureRequest, postgres_url: str, postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database: empty, or with the venue where the test asks for that."""
    filled = "venue" in request.fixturenames
    template = request.getfixturevalue("postgres_venue")[0] if filled else postgres_template
    name = f"bookgate_{uuid4().hex}"
    _run(_execute(postgres_url, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield _named(postgres_url, name)
    _run(_execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def empty_postgres_url(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database without any table."""
    name = f"bookgate_{uuid4().hex}"
    _run(_execute(postgres_url, f"CREATE DATABASE {name}"))
    yield _named(postgres_url, name)
    _run(_execute(postgres_url, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new/bookgate.db"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, migrated database; the test runs once on each kind. It is empty unless the test asks for the venue."""
    kind = "sqlite_database_url" if request.param == "sqlite" else "postgres_database_url"
    url: str = request.getfixturevalue(kind)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The same, open."""
    opened = await open_database(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
def sqlite_demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Demo, dict[str, str]]:
    """A SQLite file with the demo data around now, to be copied, and a token for each of the demo's grants."""
    path = Path(shutil.copy(sqlite_template, tmp_path_factory.mktemp("demo") / "bookgate.db"))
    return path, *_run(_fill_demo(f"sqlite:///{path}"))


async def _fill_demo(url: str) -> tuple[Demo, dict[str, str]]:
    now = datetime.now(UTC)
    database = await open_database(url)
    demo = await fill(database, now)
    tokens = {name: await create_token(database, grant, now) for name, grant in demo.grants.items()}
    await database.close()
    return demo, tokens


@pytest.fixture
async def served(sqlite_demo: tuple[Path, Demo, dict[str, str]], tmp_path: Path) -> AsyncIterator[Served]:
    """The gateway over the demo data."""
    filled, demo, tokens = sqlite_demo
    url = f"sqlite:///{shutil.copy(filled, tmp_path / 'bookgate.db')}"
    database = await open_database(url)
    app = application(database, url)
    app.add_routes(static_routes(EXAMPLES / "calendar", "/calendar"))
    async with TestClient(Server(app)) as client:
        yield Served(client, url, demo, tokens)


async def _execute(url: str, sql: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


def _named(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end in a thread: a test that is asynchronous already has a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
