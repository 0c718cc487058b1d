"""The one writer of an SQLite file: works queue up, run one after another, and are committed together.

A commit waits for the disk, and one wait serves all that queued up during the last. Each work has a savepoint, so one
that fails takes nothing of the others with it. Statements run in the event loop's own thread: once BEGIN IMMEDIATE has
succeeded nothing can lock them out, each takes microseconds, and a hop to a thread would cost several times as much.
Only COMMIT, which waits for the disk, runs in a thread.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import Context, copy_context
from functools import partial
from types import coroutine
from typing import Any, TypeVar, cast

from storage.codecs import Dialect
from storage.database import DatabaseBusyError, DatabaseUnavailableError, Row, Transaction
from storage.sqlite_files import BUSY_SECONDS, FileMovedError, identity, is_busy, translated
from storage.statements import Statement

T = TypeVar("T")

BATCH = 64
"""Works committed together at most: the first of them waits for the last."""


class Writer:
    """Runs works in transactions on a connection of its own. Made and closed within one event loop."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self._connection = connection
        self._path, self._file = path, identity(path)
        self._transaction = SqliteTransaction(connection)
        self._jobs: asyncio.Queue[_Job] = asyncio.Queue()
        self._committer = ThreadPoolExecutor(1, "commit")
        self._server = asyncio.create_task(self._serve())

    async def write(self, work: Callable[[Transaction], Awaitable[T]], *, dry_run: bool) -> T:
        """Queue the work and wait until it is committed, or has failed."""
        if self._server.done():
            raise DatabaseUnavailableError("the database is closed")
        job = _Job(work, dry_run=dry_run)
        self._jobs.put_nowait(job)
        result: T = await job.outcome
        return result

    async def close(self) -> None:
        """Finish what is queued, then close the connection."""
        await self._jobs.join()
        self._server.cancel()
        await asyncio.wait([self._server])
        self._committer.shutdown()
        self._connection.close()

    async def _serve(self) -> None:
        while True:
            batch = [await self._jobs.get()]
            try:
                await self._serve_batch(batch)
            finally:
                for _ in batch:
                    self._jobs.task_done()

    async def _serve_batch(self, batch: list[_Job]) -> None:
        try:
            await self._begin(batch)
            for job in self._growing(batch):
                await self._run(job)
                await asyncio.sleep(0)  # others have their turn, and may queue up
            await self._commit()
        except (sqlite3.Error, _BatchLostError) as error:
            self._roll_back()
            _fail(batch, error)
        except BaseException:  # cancelled with its event loop
            self._roll_back()
            _cancel(batch)
            raise
        else:
            for job in batch:
                job.settle()

    async def _commit(self) -> None:
        if identity(self._path) != self._file:  # asking takes 3 µs, for up to 64 works
            raise FileMovedError("the file was removed or replaced: put it back, or restart")
        await asyncio.get_running_loop().run_in_executor(self._committer, self._connection.execute, "COMMIT")

    async def _begin(self, batch: list[_Job]) -> None:
        clock = asyncio.get_running_loop().time
        deadline = clock() + BUSY_SECONDS
        while True:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if not is_busy(error) or clock() > deadline:
                    batch.extend(self._queued())
                    raise
            else:
                return
            await asyncio.sleep(random.uniform(0.0005, 0.005))  # noqa: S311 - only spreads the processes that wait

    def _growing(self, batch: list[_Job]) -> Iterator[_Job]:
        yield batch[0]
        while len(batch) < BATCH and not self._jobs.empty():
            batch.append(self._jobs.get_nowait())
            yield batch[-1]

    def _queued(self) -> Iterator[_Job]:
        while not self._jobs.empty():
            yield self._jobs.get_nowait()

    async def _run(self, job: _Job) -> None:
        if job.outcome.cancelled():
            return
        self._connection.execute("SAVEPOINT work")
        await job.run(self._transaction)
        if not self._connection.in_transaction:  # a full or failing disk: SQLite has rolled back everything
            raise _BatchLostError from job.error
        if job.error or job.dry_run:
            self._connection.execute("ROLLBACK TO work")
        self._connection.execute("RELEASE work")

    def _roll_back(self) -> None:
        """In the committer's thread, so that it cannot overtake a COMMIT whose waiting was cancelled.

        Where it fails, a disk does: the next BEGIN fails likewise, or succeeds because nothing is open any more.
        """
        with suppress(sqlite3.Error):
            self._committer.submit(self._connection.rollback).result()


class SqliteTransaction:
    """Runs the statements of one work."""

    dialect: Dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def fetch(self, statement: Statement, **values: Any) -> Sequence[Row]:  # noqa: ANN401
        """Run one statement and return all its rows."""
        compiled = statement.for_("sqlite")
        return compiled.decode(self._connection.execute(compiled.sql, compiled.bind(values)).fetchall())

    async def execute_many(self, statement: Statement, rows: Sequence[dict[str, Any]]) -> None:
        """Run one statement once for each row of values."""
        compiled = statement.for_("sqlite")
        self._connection.executemany(compiled.sql, [compiled.bind(row) for row in rows])


class _Job:
    """A work on its way: run within the batch, settled after the commit."""

    def __init__(self, work: Callable[[Transaction], Awaitable[Any]], *, dry_run: bool) -> None:
        self.work = work
        self.dry_run = dry_run
        self.outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.result: Any = None
        self.error: BaseException | None = None
        self._context: Context = copy_context()

    async def run(self, transaction: Transaction) -> None:
        """Run in the caller's context, but not ended by the caller's cancellation."""
        task = asyncio.current_task()
        try:
            self.result = await _driven(_awaited(self.work, transaction), self._context)
        except BaseException as error:
            if task and task.cancelling():  # not the work: the writer itself
                raise
            self.error = error

    def settle(self) -> None:
        """Tell the caller, if it still waits."""
        if self.outcome.done():
            return
        if isinstance(self.error, asyncio.CancelledError):
            self.outcome.cancel()
        elif self.error:
            self.outcome.set_exception(_caused(translated(self.error), self.error))
        else:
            self.outcome.set_result(self.result)


class _BatchLostError(Exception):
    """SQLite ended the transaction by itself."""


async def _awaited(work: Callable[[Transaction], Awaitable[T]], transaction: Transaction) -> T:
    return await work(transaction)


@coroutine
def _driven(work: Coroutine[Any, Any, T], context: Context) -> Generator[Any, Any, T]:
    """Run a work in a context: it hardly ever has to wait, and a task of its own would cost as much as a statement."""
    step = partial(work.send, None)
    while True:
        try:
            waits_for = context.run(step)
        except StopIteration as done:
            return cast("T", done.value)
        try:
            yield waits_for
        except BaseException as error:  # noqa: BLE001 - handed on
            step = partial(work.throw, error)
        else:
            step = partial(work.send, None)


def _fail(batch: list[_Job], error: BaseException) -> None:
    cause = error.__cause__ or error
    failure = translated(cause)
    for job in batch:
        job.error = failure if failure is not cause else DatabaseBusyError(f"the transaction was lost: {cause}")
        job.settle()


def _cancel(batch: list[_Job]) -> None:
    for job in batch:
        job.outcome.cancel()


def _caused(error: BaseException, cause: BaseException) -> BaseException:
    if error is not cause:
        error.__cause__ = cause
    return error
