"""The demo calendar where something does not come: the network, the token, an address."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.calendars import BERLIN, is_drawn, next_week, open_week

if TYPE_CHECKING:
    from tests.browser.conftest import Watched
    from tests.served import Served

GATEWAY = "**/graphql"
NOWHERE = {"data": {"viewer": {"name": None, "scopes": []}, "locations": {"nodes": []}}}


async def test_a_slow_first_load_says_so(watched: Watched, served: Served) -> None:
    """Over both of its requests, and no longer."""
    page, status, held = watched.page, watched.page.get_by_role("status"), await hold(watched.page)
    await page.goto(str(served.client.make_url("/calendar")))

    await expect(status).to_have_text("Loading…")
    async with page.expect_request(GATEWAY):
        await held[0].continue_()
    await expect(status).to_have_text("Loading…")
    await held[1].continue_()
    await is_drawn(page)
    await expect(status).to_be_empty()


async def test_a_slow_change_says_so_until_the_last_one_is_there(watched: Watched, served: Served) -> None:
    page, status = watched.page, watched.page.get_by_role("status")
    await open_week(page, served, "Court 1", day="2030-06-03")
    held = await hold(page)
    for _ in range(2):
        async with page.expect_request(GATEWAY):
            await page.get_by_role("button", name="Later").click()

    await expect(status).to_have_text("Loading…")
    await expect(page.locator(".grid")).to_have_css("opacity", "0.4")
    async with page.expect_response(GATEWAY):
        await held[0].continue_()
    await expect(status).to_have_text("Loading…")
    await held[1].continue_()
    await expect(page.locator("#range")).to_have_text("17–23 June 2030")  # noqa: RUF001 - as the page spells it
    await expect(status).to_be_empty()
    await expect(page.locator(".grid")).to_have_css("opacity", "1")


async def test_nothing_is_said_of_what_comes_soon(watched: Watched, served: Served) -> None:
    page, status = watched.page, watched.page.get_by_role("status")
    await page.clock.install()
    await open_week(page, served, "Court 1")
    await page.clock.pause_at(datetime.now(BERLIN) + timedelta(minutes=1))
    held = await hold(page)
    async with page.expect_request(GATEWAY):
        await page.get_by_role("button", name="Later").click()

    await page.clock.run_for(299)
    await expect(status).to_be_empty()
    await held[0].abort()
    await expect(status).to_contain_text("cannot be reached")
    await page.clock.run_for(1000)
    await expect(status).to_contain_text("cannot be reached")


async def test_a_week_that_cannot_be_loaded_leaves_the_one_before(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1")
    week, address = await page.locator("#range").inner_text(), page.url
    await page.route(GATEWAY, cut)
    await page.get_by_role("button", name="Later").click()

    await expect(page.get_by_role("status")).to_contain_text("cannot be reached")
    assert (await page.locator("#range").inner_text(), page.url) == (week, address)
    await page.unroute(GATEWAY)
    await page.get_by_role("button", name="Later").click()
    await expect(page.locator("#range")).not_to_have_text(week)
    await expect(page.get_by_role("status")).to_be_empty()


async def test_a_token_revoked_meanwhile_is_forgotten(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1", token=served.tokens["tennis"])
    await page.evaluate("sessionStorage.setItem('bookgate:token', 'bg_revoked')")
    await page.get_by_role("button", name="Later").click()

    await expect(page.get_by_role("status")).to_contain_text("token")
    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert await page.evaluate("sessionStorage.length") == 0
    await is_drawn(page)


async def test_a_failed_first_load_can_be_tried_again(watched: Watched, served: Served) -> None:
    page = watched.page
    await page.route(GATEWAY, cut)
    await page.goto(str(served.client.make_url("/calendar")))

    await expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    await expect(page.locator("#week")).to_have_attribute("aria-busy", "false")
    for name in ("Today", "Earlier", "Later", "Week", "Day"):
        await expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    await page.unroute(GATEWAY)
    await page.get_by_role("button", name="Try again").click()
    await is_drawn(page)
    await page.get_by_role("button", name="Later").click()
    await is_drawn(page)
    assert mistakes(watched) == []


async def test_a_failed_first_week_can_be_tried_again(watched: Watched, served: Served) -> None:
    """The places come, their calendar does not."""
    page = watched.page
    await page.route(GATEWAY, without_calendars)
    await page.goto(str(served.client.make_url("/calendar")))
    await expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    await page.unroute(GATEWAY)
    await page.get_by_role("button", name="Later").click()

    await is_drawn(page)
    assert mistakes(watched) == []


async def test_who_sees_no_calendar_can_sign_in(watched: Watched, served: Served) -> None:
    page = watched.page
    await page.route(GATEWAY, lambda route: route.fulfill(json=NOWHERE))
    await page.goto(str(served.client.make_url("/calendar")))
    await expect(page.get_by_role("alert")).to_contain_text("no public calendar")
    await expect(page.locator("#week")).to_have_attribute("aria-busy", "false")
    await page.unroute(GATEWAY)
    await sign_in(page, served.tokens["tennis"])

    await is_drawn(page)
    assert mistakes(watched) == []


async def test_what_was_private_is_gone_after_signing_out(watched: Watched, served: Served) -> None:
    """Also where the public calendars cannot be loaded."""
    page = watched.page
    await open_week(page, served, "Court 1", token=served.tokens["tennis"])
    await page.route(GATEWAY, cut)
    await page.get_by_role("button", name=re.compile("^Sign out")).click()

    await expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    await expect(page.locator("button.event")).to_have_count(0)


@pytest.mark.parametrize("asked", ["date=2026-13-45", "date=2026-02-30", "date=9999-12-31", "view=year"])
async def test_what_cannot_be_shown_is_not_asked_for(watched: Watched, served: Served, asked: str) -> None:
    await watched.page.goto(str(served.client.make_url(f"/calendar?{asked}")))

    await is_drawn(watched.page)
    await expect(watched.page.locator(".switch [aria-pressed=true]")).to_have_count(1)
    assert watched.complaints == []


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "America/New_York"])
async def test_takes_every_zone_that_there_is(watched: Watched, served: Served, zone: str) -> None:
    page = watched.page
    await page.goto(str(served.client.make_url("/calendar").with_query(zone=zone)))

    await is_drawn(page)
    await expect(page.get_by_label("Time zone")).to_have_value(zone)


async def test_a_zone_that_is_none_gives_way_to_the_places(watched: Watched, served: Served) -> None:
    await watched.page.goto(str(served.client.make_url("/calendar?zone=Mars/Olympus")))

    await is_drawn(watched.page)
    assert "zone=" not in watched.page.url


async def test_signing_in_begins_anew_each_time(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1", day=next_week())
    dialog = page.get_by_role("dialog", name="Sign in")
    await sign_in(page, "bg_wrong")
    await expect(dialog.get_by_role("alert")).to_contain_text("token")
    await dialog.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Sign in").click()

    await expect(dialog.get_by_label("Token")).to_have_value("")
    await expect(dialog.get_by_role("alert")).to_have_count(0)


async def sign_in(page: Page, token: str) -> None:
    await page.get_by_role("button", name="Sign in").click()
    dialog = page.get_by_role("dialog", name="Sign in")
    await dialog.get_by_label("Token").fill(token)
    await dialog.get_by_role("button", name="Sign in").click()


async def hold(page: Page) -> list[Route]:
    """Keep requests from the gateway, to be let go one by one."""
    held: list[Route] = []

    async def keep(route: Route) -> None:
        held.append(route)

    await page.route(GATEWAY, keep)
    return held


async def cut(route: Route) -> None:
    await route.abort()


async def without_calendars(route: Route) -> None:
    if "calendarEvents" in (route.request.post_data or ""):
        return await route.abort()
    return await route.fallback()


def mistakes(watched: Watched) -> list[str]:
    """What went wrong on the page, but for the network that a test has cut."""
    return [said for said in watched.complaints if "Failed to load resource" not in said]
