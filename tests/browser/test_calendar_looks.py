"""What the demo calendar looks like, where that can be measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Route, expect

from domain.colors import PALETTE
from domain.enums import ResourceType
from tests.browser.calendars import events, open_week

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

    from tests.browser.conftest import Watched
    from tests.served import Served

# The least contrast (WCAG 2.2) of the words on events, with how much they are dimmed.
LEAST_CONTRAST = """
() => {
  const channels = (color) => color.match(/[\\d.]+/g).slice(0, 3).map(Number);
  const linear = (channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);
  const luminance = (color) => color.reduce((sum, channel, place) =>
    sum + [0.2126, 0.7152, 0.0722][place] * linear(channel / 255), 0.05);
  const contrast = (word) => {
    const ground = channels(getComputedStyle(word.closest(".event")).backgroundColor);
    const { color, opacity } = getComputedStyle(word);
    const seen = channels(color).map((channel, place) => channel * opacity + ground[place] * (1 - opacity));
    const [one, other] = [luminance(seen), luminance(ground)];
    return Math.max(one, other) / Math.min(one, other);
  };
  return Math.min(...[...document.querySelectorAll("[data-type=BOOKING] .words > *")].map(contrast));
}
"""
SUNDAY = "2199-06-02"  # no room is open on Sundays
LEAST_LETTERS = """
() => Math.min(...[...document.querySelectorAll("input, select")].map((field) =>
  parseFloat(getComputedStyle(field).fontSize)))
"""
GROUND = "getComputedStyle(document.querySelector('{}')).backgroundColor"


async def test_words_on_events_contrast_enough(watched: Watched, served: Served) -> None:
    await open_week(watched.page, served, "Court 1", "Court 2", "Court 4")

    await expect(events(watched.page, "BOOKING").first).to_be_attached()
    assert await watched.page.evaluate(LEAST_CONTRAST) >= 4.5


async def test_letters_of_fields_are_as_large_as_phones_want_them(watched: Watched, served: Served) -> None:
    """Into a field with smaller ones iOS zooms, and the page no longer fits."""
    await open_week(watched.page, served, "Court 1")

    assert await watched.page.evaluate(LEAST_LETTERS) >= 16


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (("Court 1", "Court 2", "Hall 5"), ["C1", "C2", "H5"]),
        (("Meeting room Thames", "Meeting room Tower"), ["MeRoTh", "MeRoTo"]),
        (("Dr. Obi",), ["DO"]),
    ],
)
async def test_lanes_of_a_week_have_names(
    watched: Watched, served: Served, *, names: tuple[str, ...], short: list[str]
) -> None:
    await open_week(watched.page, served, *names)

    await expect(watched.page.locator(".head").first.locator(".names span")).to_have_text(short)


async def test_a_lane_keeps_its_colour_on_a_day_without_events(watched: Watched, served: Served) -> None:
    page = watched.page
    room = next(resource for resource in served.demo.resources if resource.name == "Meeting room Hudson")
    await open_week(page, served, room.name, day=SUNDAY, view="day")

    await expect(page.locator(".lane > *")).to_have_count(0)
    await expect(page.locator(".names span")).to_have_css("--bg", f"{room.color}")
    await expect(page.locator(".resource", has_text=room.name)).to_have_css("--bg", f"{room.color}")


async def test_a_lane_without_a_colour_of_its_own_has_its_types(watched: Watched, served: Served) -> None:
    page = watched.page
    await page.route("**/graphql", without_colors)
    await open_week(page, served, "Meeting room Hudson", day=SUNDAY, view="day")

    await expect(page.locator(".names span")).to_have_css("--bg", PALETTE[ResourceType.ROOM])
    assert await page.evaluate("import('/calendar/colors.js').then(({ PALETTE }) => PALETTE)") == PALETTE


async def test_everything_is_in_a_landmark(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1")

    await expect(page.get_by_role("complementary", name="What to show").get_by_label("Location")).to_be_visible()


async def test_what_is_pressed_and_today_stand_out_in_forced_colours(browser: Browser, served: Served) -> None:
    context = await browser.new_context(forced_colors="active")
    page = await context.new_page()
    await open_week(page, served, "Court 1")

    assert await ground(page, ".switch [aria-pressed=true]") != await ground(page, ".switch [aria-pressed=false]")
    assert await ground(page, ".head.today b") != await ground(page, ".head:not(.today)")
    await context.close()


async def without_colors(route: Route) -> None:
    answer = await route.fetch()
    whole = await answer.json()
    for place in whole["data"].get("locations", {"nodes": []})["nodes"]:
        place["resources"]["nodes"] = [{**resource, "color": None} for resource in place["resources"]["nodes"]]
    await route.fulfill(json=whole)


async def ground(page: Page, selector: str) -> str:
    """The background of an element."""
    color: str = await page.evaluate(GROUND.format(selector))
    return color
