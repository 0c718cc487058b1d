"""The files behind the pages, asked for over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession
from aiohttp.test_utils import make_mocked_request
from yarl import URL

from gateway import pages

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
async def client(gateway_url: str) -> AsyncIterator[ClientSession]:
    async with ClientSession(gateway_url) as session:
        yield session


async def test_page_names_only_files_that_are_served(client: ClientSession) -> None:
    async with client.get("/graphql", headers={"Accept": "text/html"}) as response:
        policy = response.headers["Content-Security-Policy"]
        html = await response.text()

    named = [part.split('"')[0] for part in html.split('="/assets/')[1:]]
    assert "unsafe" not in policy
    assert [name for name in named if (await client.get(f"/assets/{name}")).status != 200] == []


async def test_page_has_a_new_nonce_at_each_load(client: ClientSession) -> None:
    policies = [
        (await client.get("/graphql", headers={"Accept": "text/html"})).headers["Content-Security-Policy"]
        for _ in range(2)
    ]

    assert policies[0] != policies[1]


async def test_asset_is_not_sent_twice(client: ClientSession) -> None:
    first = await client.get("/assets/graphiql.lib.js")
    second = await client.get("/assets/graphiql.lib.js", headers={"If-None-Match": first.headers["ETag"]})

    assert (first.status, first.content_type, second.status) == (200, "text/javascript", 304)
    assert first.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["nothing.js", "package.json", "..%2Fpages.py", "..%2f..%2fapp.py", "%2e%2e/pages.py"])
async def test_other_files_are_not_served(client: ClientSession, name: str) -> None:
    async with client.get(URL(f"/assets/{name}", encoded=True)) as response:
        assert response.status == 404


async def test_page_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pages, "_ASSETS", {"react.lib.js": tmp_path / "missing.js"})

    response = await pages.graphiql(make_mocked_request("GET", "/graphql"))

    assert response.status == 503
