"""The commands that make, list and revoke tokens, run as an operator runs them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app import main
from storage.tokens import Grant, create_token, list_tokens
from tests.api.clients import Gateway
from tests.api.documents import set_up
from tests.api.venue import uid

APP = Path(__file__).parents[2] / "app.py"
WHO = "{ viewer { name scopes organizations { id } } }"


class Shell:
    """Runs the program in this process, which takes a tenth of the time."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self._url, self._patch, self._captured = url, patch, captured

    async def run(self, command: str, *arguments: str) -> tuple[object, str, str]:
        """Run a command on tokens; return what it exits with, its output, its errors."""
        self._captured.readouterr()
        self._patch.setattr(sys, "argv", ["app.py", "token", command, "--database", self._url, *arguments])
        status = await asyncio.to_thread(self._main)
        output, errors = self._captured.readouterr()
        return status, output, errors

    def _main(self) -> object:
        try:
            main()
        except SystemExit as done:
            return done.code
        return None

    async def output(self, command: str, *arguments: str) -> str:
        """Run a command that must succeed."""
        status, output, errors = await self.run(command, *arguments)
        assert status is None, (status, errors)
        return output


@pytest.fixture
def shell(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(database_url, monkeypatch, capsys)


def _prefix(token: str) -> str:
    return "_".join(token.split("_")[:2])


async def _listed(shell: Shell, token: str) -> str:
    lines = (await shell.output("list")).splitlines()
    (line,) = [line for line in lines if line.startswith(f"{_prefix(token)} ")]
    return line


async def _organization(gateway: Gateway, name: str) -> str:
    given = {"id": uid(name), "name": name}
    await gateway.data(set_up("upsertOrganization", "organization"), await gateway.token(), input=given)
    return uid(name)


async def test_a_token_is_printed_alone_and_works(gateway: Gateway, database_url: str) -> None:
    club = await _organization(gateway, "club")
    grant = ("--name", "desk", "--organization", club.upper(), "--scope", "bookings:read")
    command = [sys.executable, str(APP), "token", "create", "--database", database_url, *grant]

    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)

    (token,) = done.stdout.splitlines()
    assert await gateway.data(WHO, token) == {
        "name": "desk",
        "scopes": ["bookings:read"],
        "organizations": [{"id": club}],
    }


async def test_the_list_shows_what_a_token_is_but_never_the_token(gateway: Gateway, shell: Shell) -> None:
    club = await _organization(gateway, "club")
    grant = ("--name", "desk", "--organization", club, "--scope", "users:read", "--expires", "3")
    token = (await shell.output("create", *grant)).strip()

    line = await _listed(shell, token)

    assert all(part in line for part in ("valid", "desk", club, "users:read"))
    assert token.split("_", 2)[2] not in await shell.output("list")


async def test_the_list_shows_what_has_expired(gateway: Gateway, shell: Shell) -> None:
    gateway.clock.now = datetime(2001, 1, 1, tzinfo=UTC)
    grant = Grant("old", expires_at=datetime(2001, 2, 1, tzinfo=UTC))
    token = await create_token(gateway.database, grant, gateway.clock.now)

    assert "expired 2001-01-01 2001-02-01 old" in await _listed(shell, token)


@pytest.mark.parametrize("by", ["prefix", "ID"])
async def test_a_revoked_token_is_refused_at_once(gateway: Gateway, shell: Shell, by: str) -> None:
    token = (await shell.output("create", "--name", "root", "--admin")).strip()
    other = await gateway.token()
    assert (await gateway.send(WHO, token=token)).status == 200
    prefix, token_id, state, *_ = (await _listed(shell, token)).split()

    await shell.output("revoke", prefix if by == "prefix" else token_id)

    response = await gateway.send(WHO, token=token)
    assert (state, response.status) == ("valid", 401)
    assert (await response.json())["errors"][0]["extensions"]["code"] == "invalid_api_token"
    assert " revoked " in await _listed(shell, token)
    assert (await gateway.send(WHO, token=other)).status == 200


async def test_revoking_twice_keeps_the_first_time(gateway: Gateway, shell: Shell) -> None:
    token = (await shell.output("create", "--name", "root", "--admin")).strip()
    await shell.output("revoke", _prefix(token))
    first = await list_tokens(gateway.database)

    await shell.output("revoke", _prefix(token))

    assert await list_tokens(gateway.database) == first


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("revoke", "bg_0123456789ab"), "there is no token bg_0123456789ab"),
        (("revoke", uid("nothing")), f"there is no token {uid('nothing')}"),
        (("create", "--name", "n"), "either --admin or of at least one --organization"),
        (("create", "--name", "n", "--organization", uid("nothing")), f"there is no organization {uid('nothing')}"),
        (("create", "--name", "n", "--organization", "club"), "no UUID: 'club'"),
        (("create", "--name", "n", "--admin", "--scope", "bookings:read"), "--admin has every scope"),
        (("create", "--name", "n", "--admin", "--expires", "0"), "--expires is 1 to 36500 days"),
        (("create", "--name", "n", "--admin", "--expires", "999999999"), "--expires is 1 to 36500 days"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_a_line(shell: Shell, arguments: tuple[str, ...], reason: str) -> None:
    status, output, errors = await shell.run(*arguments)

    assert status not in (None, 0)
    assert reason in f"{status} {errors}"
    assert output == ""
