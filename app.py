"""Bookgate's program: settings, commands, and the rooms joined."""

from __future__ import annotations

import signal

if __name__ == "__main__":  # until something listens, Ctrl-C just ends the program: a store endures any end
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse
import asyncio
import gc
import logging
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from dotenv import load_dotenv

from execution.documents import Documents
from gateway.clock import SteadyClock
from gateway.runner import run
from gateway.server import make_app
from gateway.static import static_routes
from resolvers.api import SCHEMA, graphql_schema
from storage.database import DatabaseBusyError, DatabaseUnavailableError
from storage.migrations import is_served, make_tables, migrate
from storage.migrations.connecting import exists
from storage.opening import file_of, open_database
from storage.sweeper import keep_swept
from storage.tokens import SCOPES, Grant, Known, create_token, list_tokens, missing_parts, revoke_token

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from aiohttp import web

    from storage.database import Database

T = TypeVar("T")

EXAMPLES = Path(__file__).parent / "examples"
COLLECTIONS = (50_000, 20, 50)
"""Thresholds of garbage collection: a request makes thousands of objects and hardly any cycle. A tenth of the largest
calendars less than 10,000 cost, and no more memory under a flood of ever new documents, which do make cycles."""
LONGEST_LIFE = 36_500
HIGHEST_PORT = 65_535
DEFAULT_DATABASE, DEFAULT_HOST, DEFAULT_PORT = "sqlite:///data/bookgate.db", "127.0.0.1", "8000"


def main() -> None:
    """Run the command that the arguments name, by the settings of the environment and then of the folder."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        _load_settings()
        arguments = _parser().parse_args()
        sys.exit(arguments.run(arguments))
    except (ValueError, OSError, DatabaseBusyError, DatabaseUnavailableError) as error:
        sys.exit(f"bookgate: {error}")


def _load_settings() -> None:
    try:
        load_dotenv(".env", interpolate=False)
    except UnicodeDecodeError as error:
        raise ValueError(f".env is not UTF-8: {error.reason} at byte {error.start}") from error


def serve(arguments: argparse.Namespace) -> None:
    """Serve until SIGTERM or SIGINT; then finish what is in flight."""
    asyncio.run(make_tables(arguments.database))

    async def start() -> web.Application:
        return application(await open_database(arguments.database), arguments.database)

    run(start, arguments.host, arguments.port, f"Bookgate serves {_address(arguments)}/graphql")


def _address(arguments: argparse.Namespace) -> str:
    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    return f"http://{host}:{arguments.port}"


def application(database: Database, url: str) -> web.Application:
    """Join the rooms over an open store, which is closed with the application."""

    async def is_ready() -> bool:
        return file_of(url) == opened and await is_served(database)

    async def working(_app: web.Application) -> AsyncIterator[None]:
        sweeper = asyncio.create_task(keep_swept(database, clock))
        yield
        sweeper.cancel()
        await asyncio.wait([sweeper])
        await database.close()

    clock, opened = SteadyClock(), file_of(url)
    app = make_app(_documents(), database, clock=clock, is_ready=is_ready, examples=EXAMPLES)
    app.cleanup_ctx.append(working)
    _keep_out_of_garbage_collection()
    return app


def _documents() -> Documents:
    """Return the executor; `BOOKGATE_EXECUTION=reference` leaves every query to graphql-core."""
    execution = os.environ.get("BOOKGATE_EXECUTION") or "compiled"
    if execution not in ("compiled", "reference"):
        raise ValueError("BOOKGATE_EXECUTION is compiled or reference")
    return Documents(graphql_schema(), is_compiling=execution == "compiled")


def _keep_out_of_garbage_collection() -> None:
    """Do not search again and again what stays as long as the program: the code, the schema."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTIONS)


def _now() -> datetime:
    return datetime.now(UTC)


def migrate_command(arguments: argparse.Namespace) -> None:
    """Bring the store to the newest revision."""
    asyncio.run(migrate(arguments.database))


def demo(arguments: argparse.Namespace) -> None:
    """Fill a new SQLite store with demo data, and serve it with the demo calendar until stopped."""
    from examples.demo.stopping import clear_away_when_stopped  # noqa: PLC0415 - as below
    from examples.demo.welcome import fill_and_welcome  # noqa: PLC0415 - no other command needs the demo

    now, address = _now().astimezone(), _address(arguments)
    with TemporaryDirectory(prefix="bookgate-demo-") as folder:
        clear_away_when_stopped(folder)
        url = f"sqlite:///{folder}/demo.db"
        asyncio.run(migrate(url))
        if arguments.size:
            asyncio.run(_grow(url, now, arguments.size))
        welcome = asyncio.run(_with_database(url, lambda database: fill_and_welcome(database, now, address)))

        async def start() -> web.Application:
            app = application(await open_database(url), url)
            app.add_routes(static_routes(EXAMPLES / "calendar", "/calendar"))
            return app

        run(start, arguments.host, arguments.port, welcome)


async def _grow(url: str, now: datetime, size: int) -> None:
    from examples.demo.progress import grow_visibly  # noqa: PLC0415 - no other command needs what draws its bar

    await grow_visibly(url, now, size)


def create_token_command(arguments: argparse.Namespace) -> None:
    """Create a token and print it alone."""
    if arguments.admin == bool(arguments.organization):
        raise ValueError("a token is either --admin or of at least one --organization")
    if arguments.admin and arguments.scope:
        raise ValueError("--admin has every scope: leave --scope out, or name an --organization")
    if arguments.expires is not None and not 1 <= arguments.expires <= LONGEST_LIFE:
        raise ValueError(f"--expires is 1 to {LONGEST_LIFE} days")
    now = _now()
    expires = None if arguments.expires is None else now + timedelta(days=arguments.expires)
    grant = Grant(arguments.name, tuple(arguments.organization), arguments.service, tuple(arguments.scope), expires)

    async def create(database: Database) -> None:
        if missing := await missing_parts(database, grant):
            raise ValueError(missing)
        print(await create_token(database, grant, now))  # noqa: T201 - the command's answer

    asyncio.run(_with_database(arguments.database, create))


def list_tokens_command(arguments: argparse.Namespace) -> None:
    """Print a line for each token: all that is known of it."""

    async def show(database: Database) -> None:
        print(f"{'PREFIX':<15} {'ID':<36} {'STATE':<7} {'CREATED':<10} {'EXPIRES':<10} NAME, PLACE, SCOPES")  # noqa: T201
        for token in await list_tokens(database):
            print(_token_line(token))  # noqa: T201 - the command's answer

    asyncio.run(_with_database(arguments.database, show))


def _token_line(token: Known) -> str:
    expires = f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "never"
    place = "everywhere" if token.is_admin else ", ".join(token.organization_ids)
    service = f", service {token.external_service_id}" if token.external_service_id else ""
    scopes = "every scope" if token.is_admin else ", ".join(token.scopes) or "no scope"
    facts = f"{token.prefix:<15} {token.id} {token.state(_now()):<7} {token.created_at:%Y-%m-%d} {expires:<10}"
    return f"{facts} {token.name} | {place}{service} | {scopes}"


def revoke_token_command(arguments: argparse.Namespace) -> None:
    """Revoke a token; the next request with it is refused."""

    async def revoke(database: Database) -> None:
        token = await revoke_token(database, arguments.token, _now())
        if token is None:
            raise ValueError(f"there is no token {arguments.token}")
        print(f"revoked {token.prefix} ({token.name})")  # noqa: T201 - the command's answer

    asyncio.run(_with_database(arguments.database, revoke))


async def _with_database(url: str, work: Callable[[Database], Awaitable[T]]) -> T:
    if not exists(url):
        raise ValueError(f"there is no {url}; `app.py serve` and `app.py migrate` make one")
    await make_tables(url)
    database = await open_database(url)
    try:
        return await work(database)
    finally:
        await database.close()


def print_schema(_arguments: argparse.Namespace) -> None:
    """Print the schema definition."""
    print(SCHEMA.as_str())  # noqa: T201 - the command's answer


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Bookgate, a GraphQL gateway for bookings.")
    commands = parser.add_subparsers(required=True, metavar="command")
    store = argparse.ArgumentParser(add_help=False)
    url = os.environ.get("BOOKGATE_DATABASE") or DEFAULT_DATABASE
    store.add_argument("--database", default=url, help="sqlite:///file.db or postgresql://user@host/name")
    address = argparse.ArgumentParser(add_help=False)
    address.add_argument("--host", default=os.environ.get("BOOKGATE_HOST") or DEFAULT_HOST)
    address.add_argument("--port", type=_port, default=os.environ.get("BOOKGATE_PORT") or DEFAULT_PORT)

    commands.add_parser("serve", parents=[store, address], help="serve the gateway").set_defaults(run=serve)
    demonstration = commands.add_parser("demo", parents=[address], help="serve demo data on SQLite")
    demonstration.add_argument("--size", type=_size, default=0, metavar="N", help="with so many more bookings")
    demonstration.set_defaults(run=demo)
    commands.add_parser("migrate", parents=[store], help="bring the store up to date").set_defaults(run=migrate_command)
    commands.add_parser("schema", help="print the schema definition").set_defaults(run=print_schema)
    token = commands.add_parser("token", help="credentials").add_subparsers(required=True, metavar="command")
    create = token.add_parser("create", parents=[store], help="create a token and print it, alone, once")
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument("--admin", action="store_true", help="every scope, everywhere")
    create.add_argument("--organization", action="append", type=_id, default=[], metavar="ID", help="may be repeated")
    create.add_argument("--service", type=_id, metavar="ID", help="bind it to an external service")
    create.add_argument("--scope", action="append", default=[], choices=SCOPES, help="may be repeated")
    create.add_argument("--expires", type=int, metavar="DAYS", help="days until it expires; left out: never")
    create.set_defaults(run=create_token_command)
    listing = token.add_parser("list", parents=[store], help="list all tokens, without their secrets")
    listing.set_defaults(run=list_tokens_command)
    revoke = token.add_parser("revoke", parents=[store], help="revoke a token at once")
    revoke.add_argument("token", metavar="PREFIX|ID", help="its visible prefix, bg_…, or its ID")
    revoke.set_defaults(run=revoke_token_command)
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"it, or else BOOKGATE_PORT, is 1 to {HIGHEST_PORT}, not {text!r}")
    return int(text)


def _size(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"no number of bookings: {text!r}")
    return int(text)


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise argparse.ArgumentTypeError(f"no UUID: {text!r}") from None


if __name__ == "__main__":
    main()
