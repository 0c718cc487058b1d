"""Connections to PostgreSQL: how they are opened, their codecs, and what the driver's errors mean."""

from __future__ import annotations

from typing import Any, NoReturn

import asyncpg
import orjson

from storage.database import DatabaseBusyError, DatabaseUnavailableError, MovedError

CONNECTIONS = 10
CONNECT_SECONDS = 5.0

LOCK_SECONDS = 5
"""How long to wait for a row that another transaction holds, or for a free connection."""

PREPARED = 512
"""Statements that a connection keeps prepared: those last used, since clients make ever new ones."""

SETTINGS = {
    "TimeZone": "UTC",
    "application_name": "bookgate",
    "idle_in_transaction_session_timeout": "60s",  # a gateway that froze must not hold its locks for ever
    "jit": "off",  # costs more than any of the statements
    "lock_timeout": f"{LOCK_SECONDS}s",
    "synchronous_commit": "on",  # what is acknowledged is on the disk, whatever the server's own setting
}

COLLISIONS = (
    MovedError,
    asyncpg.DeadlockDetectedError,
    asyncpg.ExclusionViolationError,  # a concurrent booking: run again, the work sees it and refuses
    asyncpg.SerializationError,
    asyncpg.UniqueViolationError,  # a concurrent create: run again, the work finds it
)
BUSY = (
    MovedError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InsufficientResourcesError,  # disk full, out of memory, too many connections
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.SerializationError,
)
AWAY = (
    OSError,
    asyncpg.AdminShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InternalClientError,  # what the driver says while a server's last word is read but not yet its hanging up
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.PostgresConnectionError,
    asyncpg.ReadOnlySQLTransactionError,  # a server that is no longer the primary
)


async def open_pool(url: str) -> asyncpg.Pool:
    """Open the pool with one connection. Raises DatabaseBusyError or DatabaseUnavailableError."""
    try:
        return await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=CONNECTIONS,
            init=_set_codecs,
            reset=_keep,
            timeout=CONNECT_SECONDS,
            statement_cache_size=PREPARED,
            max_cached_statement_lifetime=0,
            server_settings=SETTINGS,
        )
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise DatabaseUnavailableError(f"PostgreSQL cannot be reached: {type(error).__name__}") from error


def may_repeat(error: BaseException) -> bool:
    """Whether another attempt may succeed at once."""
    return isinstance(error, COLLISIONS) or is_away(error)


def raise_translated(error: Exception) -> NoReturn:
    """Raise what the error means, with the driver's own as its cause."""
    meaning = translated(error)
    if meaning is error:
        raise error
    raise meaning from error


def translated(error: BaseException) -> BaseException:
    """Return what the error means to the other modules; one that is no driver's, or a mistake in SQL, stays."""
    if isinstance(error, DatabaseBusyError | DatabaseUnavailableError):
        return error
    if isinstance(error, BUSY):
        return DatabaseBusyError(str(error))
    if is_away(error):
        return DatabaseUnavailableError(f"PostgreSQL is away: {error}")
    return error


def is_away(error: BaseException) -> bool:
    """Whether the connection is lost or cannot be made."""
    if isinstance(error, AWAY):
        return True
    # The driver's own word for a connection or pool that is closed; its other uses of the class are mistakes in code.
    return isinstance(error, asyncpg.InterfaceError) and "clos" in str(error)


async def _set_codecs(connection: asyncpg.Connection) -> None:
    await connection.set_builtin_type_codec("uuid", schema="pg_catalog", codec_name="text", format="text")
    await set_jsonb(connection)


async def set_jsonb(connection: asyncpg.Connection) -> None:
    """Let documents travel as what they are."""
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_encode_jsonb, decoder=_decode_jsonb, format="binary"
    )


async def _keep(_: asyncpg.Connection) -> None:
    """Send nothing when a connection returns: no statement changes a session, and the default costs a round trip."""


def _encode_jsonb(value: object) -> bytes:
    return b"\x01" + orjson.dumps(value)  # the format's version, then the text


def _decode_jsonb(value: bytes) -> Any:  # noqa: ANN401 - any document
    return orjson.loads(memoryview(value)[1:])
