"""How migrations are undone, as the page for operators says it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys

import pytest
from sqlalchemy import text

from storage.migrations.connecting import connected
from tests.docs.blocks import blocks
from tests.docs.test_restoring import PAGE
from tests.programs import ROOT, run


@pytest.mark.parametrize("revision", ["0004", "0001"])
async def test_what_was_undone_can_be_migrated_again(database_url: str, revision: str) -> None:
    (told,) = (block.text for block in blocks(PAGE) if "downgrade" in block.text)
    told = told.replace(".venv/bin/python", sys.executable).replace("0004", revision)
    environment = {**os.environ, "BOOKGATE_DATABASE": database_url}

    await asyncio.to_thread(subprocess.run, ["bash", "-euc", told], cwd=ROOT, env=environment, check=True)

    stored = "SELECT version_num FROM alembic_version"
    assert await connected(database_url, lambda c: c.execute(text(stored)).scalar()) == revision
    assert (await run("migrate", "--database", database_url))[0] == 0
