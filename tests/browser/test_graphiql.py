"""GraphiQL in a real browser, with the network cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.async_api import expect

if TYPE_CHECKING:
    from tests.browser.conftest import Watched


async def test_runs_an_example_without_network(watched: Watched, gateway_url: str, gateway_token: str) -> None:
    page = watched.page
    await page.goto(f"{gateway_url}/graphql#token={gateway_token}")

    await page.get_by_role("tab", name="Calendar").click()
    await page.get_by_role("button", name="Execute query").click()

    await expect(page.locator(".graphiql-response")).to_contain_text('"calendarEvents": {')
    await page.screenshot(path="/tmp/g1.png")
    assert (watched.complaints, watched.outside) == ([], [])
