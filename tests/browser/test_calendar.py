"""The demo calendar in a real browser, with the network cut off."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect
from yarl import URL

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.conftest import Watched
    from tests.served import Served

BERLIN = ZoneInfo("Europe/Berlin")
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
    await open_week(page, served, "Court 1", date=next_week())
    await page.get_by_role("button", name=re.compile(r"^Free: Court 1")).first.press("Enter")
    form = page.get_by_role("dialog", name="Book Court 1")
    await fill_in(form, served.tokens["tennis"], "Final")

    await expect(page.get_by_role("status")).to_contain_text("Booked: Court 1")
    await expect(page.get_by_role("button", name=re.compile(r"^Final: Court 1"))).to_be_focused()
    await expect(page.get_by_role("button", name=re.compile("^Sign out"))).to_be_visible()
    assert (watched.complaints, watched.outside) == ([], [])


async def test_says_why_it_could_not(watched: Watched, served: Served) -> None:
    """Somebody else was faster: the answer names the time that is taken."""
    page, date = watched.page, next_week()
    await open_week(page, served, "Court 1", date=date)
    await page.get_by_role("button", name=re.compile(r"^Free: Court 1")).first.press("Enter")
    form = page.get_by_role("dialog", name="Book Court 1")
    start = datetime.fromtimestamp(float(await form.get_by_label("Start").input_value()) / 1000, ZoneInfo("UTC"))
    await book(served, "Court 1", start.replace(tzinfo=BERLIN))
    await fill_in(form, served.tokens["tennis"], "Too late")

    await expect(form.get_by_role("alert")).to_contain_text("(court_booking_overlap)")
    await expect(form.get_by_role("alert")).to_contain_text(f"Taken: {start:%H:%M}")


async def test_asks_for_what_a_court_needs(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1", date=next_week())
    await page.get_by_role("button", name=re.compile(r"^Free: Court 1")).first.press("Enter")
    form = page.get_by_role("dialog", name="Book Court 1")
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
    await open_week(page, served, "Court 1", "Court 2", date=next_week())
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


async def open_week(
    page: Page, served: Served, *names: str, date: str | None = None, view: str | None = "week"
) -> None:
    found = [resource for resource in served.demo.resources if resource.name in names]
    asked = {"location": found[0].location_id, "resources": ",".join(resource.id for resource in found)}
    asked |= {"date": date} if date else {}
    asked |= {"view": view} if view else {}
    await page.goto(str(served.client.make_url("/calendar").with_query(asked)))
    await expect(page.locator("#week[aria-busy=false] .grid")).to_be_visible()


def events(page: Page, kind: str) -> Locator:
    return page.locator(f"button.event[data-type={kind}]")


async def fill_in(form: Locator, token: str, title: str) -> None:
    await form.get_by_label("Title").fill(title)
    await form.get_by_label("Guests’ e-mail addresses").fill("guest@example.net")  # noqa: RUF001
    await form.get_by_label("Token").fill(token)
    await form.get_by_role("button", name="Book").click()


async def book(served: Served, name: str, start: datetime) -> None:
    query = "mutation ($input: UpsertBookingInput!) { upsertBooking(input: $input) { __typename } }"
    given = {
        "resourceId": served.demo.named(name),
        "startDate": start.isoformat(),
        "duration": 60,
        "participants": [{"email": "faster@example.net"}],
    }
    answer = await served.ask(query, {"input": given}, "tennis")
    assert answer == {"data": {"upsertBooking": {"__typename": "UpsertBookingSuccess"}}}


async def focused(page: Page) -> str:
    label: str = await page.evaluate("document.activeElement.ariaLabel")
    return label


def next_week() -> str:
    return f"{datetime.now(BERLIN) + timedelta(days=7):%Y-%m-%d}"
