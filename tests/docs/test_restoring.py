"""How an SQLite store is restored from its backup, as the page for operators says it."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from storage.opening import open_database
from tests.docs.blocks import blocks
from tests.storage.rows import add, names

PAGE = Path(__file__).parents[2] / "docs/operations.md"


@pytest.fixture
def killed(sqlite_database_url: str, tmp_path: Path) -> Path:
    """A folder with a backup, and the store as `kill -9` has left it: what was written last stands beside the file."""
    (tmp_path / "data").mkdir()
    path = Path(sqlite_database_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as running:
        running.execute("PRAGMA wal_autocheckpoint = 0")
        for name in ("before the backup", "after the backup"):
            running.execute("INSERT INTO organizations VALUES (?, ?)", (name, name))
            running.commit()
            if name == "before the backup":
                with closing(sqlite3.connect(tmp_path / "backup.db")) as backup:
                    running.backup(backup)  # as `.backup` does
        for file in tmp_path.glob("bookgate.db*"):
            shutil.copy(file, tmp_path / "data")
    assert (tmp_path / "data/bookgate.db-wal").stat().st_size
    return tmp_path


async def test_a_restored_store_is_what_was_backed_up(killed: Path) -> None:
    (told,) = (block.text for block in blocks(PAGE) if "cp backup.db" in block.text)

    await asyncio.to_thread(subprocess.run, ["bash", "-euc", told], cwd=killed, check=True)

    database = await open_database(f"sqlite:///{killed}/data/bookgate.db")
    await database.write(lambda tx: add(tx, "since"))
    assert sorted(await names(database)) == ["before the backup", "since"]
    await database.close()
