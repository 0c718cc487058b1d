"""GraphiQL in a real browser, with the network cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Locator, Page, expect

if TYPE_CHECKING:
    from tests.browser.conftest import Watched

TOOLS = ["Show Documentation Explorer", "Show History", "Hide History"]


@pytest.fixture
async def page(watched: Watched, gateway_url: str, gateway_token: str) -> Page:
    await watched.page.goto(f"{gateway_url}/graphql#token={gateway_token}")
    await expect(watched.page.get_by_role("tab").first).to_be_visible()
    return watched.page


async def test_runs_an_example_without_network(watched: Watched, page: Page) -> None:
    await page.get_by_role("tab").nth(await calendar_example(page)).click()
    await page.get_by_role("button", name="Execute query").click()

    await expect(page.locator(".graphiql-response")).to_contain_text('"calendarEvents": {')
    assert (watched.complaints, watched.outside) == ([], [])


async def test_runs_what_is_typed(watched: Watched, page: Page) -> None:
    await page.get_by_role("button", name="New tab").click()
    await page.locator(".graphiql-query-editor .CodeMirror").click()
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.insert_text("query Typed { resources(first: 1) { __typename } }")
    await expect(page.get_by_role("tab", name="Typed")).to_be_visible()  # what was typed has been read
    await page.get_by_role("button", name="Execute query").click()

    await expect(page.locator(".graphiql-response")).to_contain_text('"__typename": "ResourceConnection"')
    assert (watched.complaints, watched.outside) == ([], [])


async def test_tools_open_under_the_content_policy(watched: Watched, page: Page) -> None:
    for name in TOOLS:
        await page.get_by_role("button", name=name).click()
    await page.get_by_role("button", name="Open short keys dialog").click()

    await expect(page.get_by_role("dialog")).to_be_visible()
    assert [said for said in watched.complaints if "Content Security Policy" in said] == []


async def test_keeps_no_token_unless_asked(page: Page, gateway_token: str) -> None:
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.locator(".graphiql-response")).to_contain_text("data")
    await page.wait_for_function("localStorage.getItem('graphiql:queries') !== null")
    await page.wait_for_timeout(600)  # GraphiQL writes its tabs half a second after they change

    assert gateway_token not in page.url
    assert f"Bearer {gateway_token}" not in await page.evaluate("JSON.stringify(localStorage)")


async def test_an_answer_can_be_read_on_a_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 375, "height": 667})
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.locator(".graphiql-response")).to_contain_text('"data": {')

    for name in (".graphiql-query-editor", ".graphiql-editor-tool .graphiql-editor:not(.hidden)", ".graphiql-response"):
        pane = page.locator(f"{name} .CodeMirror")
        await expect(pane).to_be_in_viewport(ratio=0.5)
        assert (await size(pane))["width"] >= 200


async def test_settings_fit_a_phone(page: Page) -> None:
    await page.set_viewport_size({"width": 375, "height": 667})
    await page.get_by_role("button", name="Open settings dialog").click()

    for name in ("System", "Light", "Dark"):
        await expect(page.get_by_role("dialog").get_by_role("button", name=name)).to_be_in_viewport(ratio=1)


async def size(pane: Locator) -> dict[str, float]:
    found: dict[str, float] = await pane.evaluate("(element) => element.getBoundingClientRect().toJSON()")
    return found


async def calendar_example(page: Page) -> int:
    """Return the place of the first example that reads a calendar."""
    examples = await page.evaluate("fetch('/assets/examples.json').then((response) => response.json())")
    return next(place for place, example in enumerate(examples) if "calendarEvents(" in example["query"])
