"""The demo calendar in a real browser, with the network cut off."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.async_api import Page, expect
from yarl import URL

from tests.browser.calendars import events, fill_in, next_week, open_form, open_week

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.conftest import Watched
    from tests.served import Served

EXAMPLE = Path(__file__).parents[2] / "examples/calendar"


async def test_shows_the_week_without_network(watched: Watched, served: Served) -> None:
    await open_week(watched.page, served, "Court 1", "Court 2", "Hall 5")

    await expect(watched.page.locator("section.day")).to_have_count(7)
    await expect(events(watched.page, "BOOKING").first).to_contain_text("Booked")
    await expect(events(watched.page, "RESERVED_BOOKING").first).to_be_attached()
    assert (watched.complaints, watched.outside) == ([], [])


async def test_counts_where_many_are_at_once(watched: Watched, served: Served) -> None:
    await open_week(watched.page, served, "Open space")

    await expect(events(watched.page, "BOOKING_COUNT").first).to_contain_text(re.compile(r"\d+ of 40"))
    await expect(events(watched.page, "BLOCKER")).to_have_count(1)


async def test_books_a_slot(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1", day=next_week())
    form = await open_form(page, "Court 1")
    await fill_in(form, served.tokens["tennis"], "Final")

    await expect(page.get_by_role("status")).to_contain_text("Booked: Court 1")
    await expect(page.get_by_role("button", name=re.compile(r"^Final: Court 1"))).to_be_focused()
    await expect(page.get_by_role("button", name=re.compile("^Sign out"))).to_be_visible()
    assert (watched.complaints, watched.outside) == ([], [])


async def test_asks_for_what_a_court_needs(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1", day=next_week())
    form = await open_form(page, "Court 1")
    await form.get_by_role("button", name="Book").click()

    await expect(form.get_by_label("Guests’ e-mail addresses")).to_be_focused()  # noqa: RUF001 - as the page spells it


async def test_keeps_the_token_in_this_tab(watched: Watched, served: Served) -> None:
    page, token = watched.page, served.tokens["tennis"]
    await page.goto(str(served.client.make_url(f"/calendar#token={token}")))
    await expect(page.get_by_role("button", name=re.compile("^Sign out"))).to_be_visible()

    assert token not in page.url
    assert token not in await page.evaluate("JSON.stringify(localStorage) + document.cookie")
    await page.get_by_role("button", name=re.compile("^Sign out")).click()
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert await page.evaluate("sessionStorage.length") == 0


async def test_wrong_token_is_refused_and_forgotten(watched: Watched, served: Served) -> None:
    page = watched.page
    await page.goto(str(served.client.make_url("/calendar#token=bg_wrong_token")))

    await expect(page.get_by_role("status")).to_contain_text("token")
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    await expect(page.locator("button.event").first).to_be_attached()


async def test_moves_by_keys(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1", "Court 2", day=next_week())
    first = page.locator("button.event[tabindex='0']")
    await expect(first).to_have_count(1)
    await first.focus()
    before = await focused(page)
    await page.keyboard.press("ArrowDown")
    below = await focused(page)
    await page.keyboard.press("ArrowUp")
    assert await focused(page) == before != below
    await page.keyboard.press("ArrowRight")
    assert "Court 2" in await focused(page)


async def test_goes_through_time_and_zones(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1")
    today = await page.locator("#range").inner_text()
    await page.get_by_role("button", name="Later").click()
    await expect(page.locator("#range")).not_to_have_text(today)
    await page.get_by_role("button", name="Today").click()
    await expect(page.locator("#range")).to_have_text(today)
    await page.get_by_label("Time zone").select_option("Asia/Tokyo")
    await expect(page.locator(".hours span").first).to_have_text("00:00")  # open across midnight there
    assert "zone=Asia%2FTokyo" in page.url


async def test_fits_a_phone(browser: Browser, served: Served) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, color_scheme="dark")
    page = await context.new_page()
    await open_week(page, served, "Court 1", "Court 2", view=None)

    await expect(page.locator("section.day")).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") <= 390
    await context.close()


async def test_files_are_served_under_a_strict_policy(served: Served) -> None:
    html = await asyncio.to_thread((EXAMPLE / "index.html").read_text, "utf-8")
    answer = await served.client.get("/calendar")
    names = re.findall(r'"/calendar/([^"]+)"', html)

    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert [name for name in names if (await served.client.get(f"/calendar/{name}")).status != 200] == []
    assert (await served.client.get(URL("/calendar/..%2Fapp.py", encoded=True))).status == 404
    assert (await served.client.get("/calendar/")).url.path == "/calendar"


async def focused(page: Page) -> str:
    label: str = await page.evaluate("document.activeElement.ariaLabel")
    return label
