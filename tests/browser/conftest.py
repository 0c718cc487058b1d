"""A Chromium with the network cut off, and a gateway to point it to."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, Route, async_playwright, expect

from tests.browser.chromium import Chromium, find_chromium
from tests.served import Served

expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]


class Watched:
    """A page and what went wrong on it: messages of its console, and addresses asked for outside this machine."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.outside: list[str] = []
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    async def cut_network(self) -> None:
        """Refuse, and note, every request that leaves this machine."""
        await self.page.context.route(lambda url: urlsplit(url).hostname not in _LOOPBACK, self._on_outside)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    async def _on_outside(self, route: Route) -> None:
        self.outside.append(route.request.url)
        await route.abort()


@pytest.fixture(scope="session")
def chromium() -> Chromium:
    return find_chromium()


@pytest.fixture
async def browser(chromium: Chromium) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.program,
            env={**os.environ, **chromium.environment},
            args=_FLAGS,
        )
        yield browser
        await browser.close()


@pytest.fixture
async def watched(browser: Browser) -> AsyncIterator[Watched]:
    """A page that may reach this machine only."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    watched = Watched(await context.new_page())
    await watched.cut_network()
    yield watched
    await context.close()


@pytest.fixture
def gateway_url(served: Served) -> str:
    """The address of a gateway over the demo data."""
    return str(served.client.make_url("")).rstrip("/")


@pytest.fixture
def gateway_token(served: Served) -> str:
    """A token that may read the calendar of the example."""
    return served.tokens["admin"]
