"""Settings: where they stand, which of them wins, and what is said of wrong ones."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.programs import ROOT, run


def settings(folder: Path, text: str) -> Path:
    """Write the folder's `.env`."""
    (folder / ".env").write_text(text)
    return folder


def stores(folder: Path) -> list[str]:
    """The stores in a folder, and in those below."""
    return [str(path.relative_to(folder)) for path in folder.rglob("*.db")]


@pytest.fixture(autouse=True)
def without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("BOOKGATE_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("command", [["migrate"], ["token", "list"], ["token", "create", "--name", "n", "--admin"]])
async def test_every_command_uses_the_database_that_the_settings_of_its_folder_name(
    tmp_path: Path, command: list[str]
) -> None:
    settings(tmp_path, "BOOKGATE_DATABASE=sqlite:///named.db\n")
    await run("migrate", "--database", "sqlite:///named.db", folder=tmp_path)

    code, _, said = await run(*command, folder=tmp_path)

    assert (code, said) == (0, "")
    assert stores(tmp_path) == ["named.db"]


async def test_the_environment_beats_the_folders_settings(tmp_path: Path) -> None:
    settings(tmp_path, "BOOKGATE_DATABASE=sqlite:///folder.db\n")

    await run("migrate", folder=tmp_path, BOOKGATE_DATABASE="sqlite:///environment.db")

    assert stores(tmp_path) == ["environment.db"]


@pytest.mark.parametrize("written", ["a$b${HOME}#c.db", '"a$b${HOME}#c.db"', "'a$b${HOME}#c.db'  # where"])
async def test_a_value_means_what_is_written(tmp_path: Path, written: str) -> None:
    settings(tmp_path, "BOOKGATE_DATABASE=" + written.replace("a$b", "sqlite:///a$b"))

    await run("migrate", folder=tmp_path)

    assert stores(tmp_path) == ["a$b${HOME}#c.db"]


def test_make_leaves_settings_to_the_program(tmp_path: Path) -> None:
    settings(tmp_path, "BOOKGATE_DATABASE=folder\nBOOKGATE_TEST_POSTGRES=folder\n")
    shown = tmp_path / "shown.mk"
    shown.write_text(f"include {ROOT}/Makefile\nshown:\n\t@env | grep BOOKGATE_\n")
    environment = {**os.environ, "BOOKGATE_TEST_POSTGRES": "postgresql://a$b#c"}

    done = subprocess.run(
        ["make", "--no-print-directory", "-f", shown, "shown"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "BOOKGATE_TEST_POSTGRES=postgresql://a$b#c\n"


@pytest.mark.parametrize(
    ("command", "port", "given"),
    [
        (["serve", "--port=99999"], "99999", {}),
        (["serve", "--port=0"], "0", {}),
        (["demo", "--port=-1"], "-1", {}),
        (["demo"], "abc", {"BOOKGATE_PORT": "abc"}),
    ],
)
async def test_what_is_no_port_is_refused_in_a_sentence(
    tmp_path: Path, command: list[str], port: str, given: dict[str, str]
) -> None:
    code, printed, said = await run(*command, folder=tmp_path, **given)

    assert (code, printed) == (2, "")
    assert f"BOOKGATE_PORT, is 1 to 65535, not '{port}'" in said
    assert "Traceback" not in said


async def test_a_port_matters_only_to_what_listens(tmp_path: Path) -> None:
    code, _, _ = await run("migrate", folder=tmp_path, BOOKGATE_PORT="abc")

    assert code == 0


async def test_settings_that_are_no_text_are_refused_by_their_name(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("BOOKGATE_HOST=köln\n".encode("latin-1"))

    code, _, said = await run("schema", folder=tmp_path)

    assert code == 1
    assert said.startswith("bookgate: .env is not UTF-8: ")
    assert "\n" not in said.rstrip("\n")
