"""Booking on the demo calendar: the right time, exactly once, and by a token that may."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Locator, Page, Route, expect

from tests.browser.calendars import (
    BERLIN,
    book,
    clock_change,
    fill_in,
    is_drawn,
    lose_answers,
    next_week,
    open_form,
    open_week,
    stored,
    texts,
)

if TYPE_CHECKING:
    from tests.browser.conftest import Watched
    from tests.served import Served

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)


async def test_does_not_offer_an_hour_that_is_skipped(watched: Watched, served: Served) -> None:
    page, day = watched.page, clock_change(LONDON, 1)
    await open_week(page, served, "Bay P1", day=day, view="day", token=served.tokens["coworking"])
    form = await open_form(page, "Bay P1")

    assert (await texts(form.get_by_label("Start")))[:3] == ["00:00", "02:00", "03:00"]
    await book_for(form, "00:00", "2 h")
    await expect(page.get_by_role("status")).to_contain_text("00:00–03:00")  # noqa: RUF001 - as the page spells it
    assert await spans(served, "Bay P1", day) == [(at(day, 0), at(day, 2))]


@pytest.mark.parametrize(
    ("start", "length", "said", "first", "last"),
    [
        ("01:00 (UTC+1)", "2 h", "01:00 (UTC+1)–02:00", 0, 2),  # noqa: RUF001
        ("01:00 (UTC+0)", "1 h", "01:00 (UTC+0)–02:00", 1, 2),  # noqa: RUF001
        ("01:00 (UTC+1)", "1 h", "01:00 (UTC+1)–01:00 (UTC+0)", 0, 1),  # noqa: RUF001
    ],
)
async def test_tells_the_hours_of_a_clock_put_back_apart(
    watched: Watched, served: Served, *, start: str, length: str, said: str, first: int, last: int
) -> None:
    page, day = watched.page, clock_change(LONDON, -1)
    await open_week(page, served, "Bay P1", day=day, view="day", token=served.tokens["coworking"])
    form = await open_form(page, "Bay P1")

    assert (await texts(form.get_by_label("Start")))[:4] == ["00:00", "01:00 (UTC+1)", "01:00 (UTC+0)", "02:00"]
    await book_for(form, start, length)
    await expect(page.get_by_role("status")).to_contain_text(said)
    await expect(page.locator("button.event[data-type=BOOKING]")).to_have_attribute(
        "title", re.compile(re.escape(said))
    )
    assert await spans(served, "Bay P1", day) == [(at(day, first), at(day, last))]


async def test_shows_what_seems_to_end_before_it_starts(watched: Watched, served: Served) -> None:
    """From 01:45 to 01:15, when clocks are put back from 02:00 to 01:00: half an hour."""
    page, day = watched.page, clock_change(LONDON, -1)
    await book(served, "Bay P1", at(day, 0) + timedelta(minutes=45), 30, "coworking")
    await open_week(page, served, "Bay P1", day=day, view="day")

    found = page.get_by_title(re.compile(r"^Booked: .*01:45 \(UTC\+1\)–01:15 \(UTC\+0\)"))  # noqa: RUF001
    await expect(found).to_have_css("--length", "30")


async def test_starts_at_the_steps_of_the_places_own_clock(watched: Watched, served: Served) -> None:
    """A bay of London is booked by full hours there, on whatever clock they are shown."""
    page = watched.page
    await open_week(page, served, "Bay P1", day=clock_change(LONDON, 1), view="day")
    await page.get_by_label("Time zone").select_option("Asia/Calcutta")
    await is_drawn(page)
    form = await open_form(page, "Bay P1")

    assert {text[-2:] for text in (await texts(form.get_by_label("Start")))[1:]} == {"30"}


async def test_a_day_ends_at_24(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Bay P1", day="2199-06-04", view="day")
    form = await open_form(page, "Bay P1")

    await expect(form.locator("#booking-place")).to_contain_text("free 00:00–24:00")  # noqa: RUF001 - as the page spells it


@pytest.mark.parametrize("step", ["mutation Reserve", "mutation Confirm"])
async def test_a_second_press_after_a_lost_answer_books_once(watched: Watched, served: Served, step: str) -> None:
    page = watched.page
    form = await open_space(page, served)
    await lose_answers(page, step)
    await fill_in(form, served.tokens["coworking"], "Once")
    await expect(form.get_by_role("alert")).to_contain_text("cannot be reached")
    await expect(form.get_by_label("Start")).to_be_disabled()  # the same is sent again, nothing else
    await form.get_by_role("button", name="Book").click()

    await expect(page.get_by_role("status")).to_contain_text("Booked: Open space")
    assert await statuses(served, "Open space", "Once") == ["ACCEPTED"]


async def test_a_press_after_the_hold_has_ended_books_once(watched: Watched, served: Served) -> None:
    page = watched.page
    form = await open_space(page, served)
    await lose_answers(page, "mutation Reserve")
    await page.route("**/graphql", with_a_second_to_live)
    await fill_in(form, served.tokens["coworking"], "Late")
    await expect(form.get_by_role("alert")).to_contain_text("cannot be reached")
    while "EXPIRED" not in await statuses(served, "Open space"):
        await page.wait_for_timeout(100)
    await form.get_by_role("button", name="Book").click()

    await expect(page.get_by_role("status")).to_contain_text("Booked: Open space")
    assert await statuses(served, "Open space", "Late") == ["ACCEPTED"]


async def test_what_is_refused_leaves_no_hold(watched: Watched, served: Served) -> None:
    """A court takes four players; the form is corrected and sent again."""
    page = watched.page
    await open_week(page, served, "Court 1", day=next_week())
    form = await open_form(page, "Court 1")
    five = ", ".join(f"guest{number}@example.net" for number in range(5))
    await fill_in(form, served.tokens["tennis"], "Doubles", five)

    await expect(form.get_by_role("alert")).to_contain_text("(invalid_schema)")
    assert "RESERVED" not in await statuses(served, "Court 1")
    await fill_in(form, served.tokens["tennis"], "Doubles")
    await expect(page.get_by_role("status")).to_contain_text("Booked: Court 1")
    assert await statuses(served, "Court 1", "Doubles") == ["ACCEPTED"]


async def test_a_form_closed_after_a_lost_answer_shows_what_stands(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1", day=next_week(), token=served.tokens["tennis"])
    form = await open_form(page, "Court 1")
    await lose_answers(page, "mutation Confirm")
    await form.get_by_label("Title").fill("Unheard")
    await form.get_by_label("Guests’ e-mail addresses").fill("guest@example.net")  # noqa: RUF001
    await form.get_by_role("button", name="Book").click()
    await expect(form.get_by_role("alert")).to_contain_text("cannot be reached")
    await form.get_by_role("button", name="Cancel").click()

    await expect(page.get_by_role("button", name=re.compile("^Unheard: Court 1"))).to_be_visible()


async def test_a_lost_race_says_so_and_shows_what_stands(watched: Watched, served: Served) -> None:
    """Somebody else was faster: the answer names the time that is taken."""
    page = watched.page
    await open_week(page, served, "Court 1", day=next_week())
    form = await open_form(page, "Court 1")
    label = await page.locator("button.event[data-type=PERIOD_FRAGMENT]").first.get_attribute("title")
    start = datetime.fromtimestamp(float(await form.get_by_label("Start").input_value()) / 1000, UTC)
    await book(served, "Court 1", start)
    await fill_in(form, served.tokens["tennis"], "Too late")

    await expect(form.get_by_role("alert")).to_contain_text("(court_booking_overlap)")
    await expect(form.get_by_role("alert")).to_contain_text(f"Taken: {start.astimezone(BERLIN):%H:%M}")
    await expect(page.get_by_title(label or "", exact=True)).to_have_count(0)


async def test_a_token_that_may_not_book_is_not_kept(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1", day=next_week())
    form = await open_form(page, "Court 1")
    await fill_in(form, served.tokens["coworking"], "Elsewhere")
    await expect(form.get_by_role("alert")).to_contain_text("(")

    assert await page.evaluate("sessionStorage.length") == 0
    await form.get_by_role("button", name="Cancel").click()
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("dialog", name="Sign in")).to_be_visible()


async def test_a_token_that_is_revoked_meanwhile_is_asked_for_anew(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1", day=next_week(), token=served.tokens["tennis"])
    form = await open_form(page, "Court 1")
    await page.evaluate("sessionStorage.setItem('bookgate:token', 'bg_revoked')")
    await form.get_by_label("Guests’ e-mail addresses").fill("guest@example.net")  # noqa: RUF001
    await form.get_by_role("button", name="Book").click()
    await fill_in(form, served.tokens["tennis"], "Anew")

    await expect(page.get_by_role("status")).to_contain_text("Booked: Court 1")


async def test_a_token_that_cannot_be_one_is_named(watched: Watched, served: Served) -> None:
    page = watched.page
    await open_week(page, served, "Court 1", day=next_week())
    form = await open_form(page, "Court 1")
    await fill_in(form, "bg_schlüssel", "Final")

    await expect(form.get_by_role("alert")).to_contain_text("That is no token.")


async def test_a_gap_too_short_for_any_booking_is_not_offered(watched: Watched, served: Served) -> None:
    """Courts are booked for an hour at least."""
    page, day = watched.page, next_week() + timedelta(days=35)
    await open_week(page, served, "Court 1", day=day, view="day")
    for start in (time(7, 30), time(9)):
        await book(served, "Court 1", datetime.combine(day, start, BERLIN))
    await page.reload()

    await expect(page.locator("button.event[data-type=BOOKING]").first).to_be_visible()
    short = page.get_by_title(re.compile("^Free: Court 1.*(07:00–07:30|08:30–09:00)"))  # noqa: RUF001
    await expect(short).to_have_count(0)


async def open_space(page: Page, served: Served) -> Locator:
    """The form of a place with many seats: a second booking there is not refused."""
    await open_week(page, served, "Open space", day=next_week())
    return await open_form(page, "Open space")


async def book_for(form: Locator, start: str, length: str) -> None:
    await form.get_by_label("Start").select_option(label=start)
    await form.get_by_label("Duration").select_option(label=length)
    await form.get_by_role("button", name="Book").click()


async def with_a_second_to_live(route: Route) -> None:
    body = route.request.post_data or ""
    await route.fallback(post_data=re.sub(r'"ttlSeconds":\d+', '"ttlSeconds":1', body))


async def spans(served: Served, name: str, day: date) -> list[tuple[datetime, datetime]]:
    """The bookings of one day."""
    found = await stored(served, name)
    whole = [tuple(datetime.fromisoformat(booking[end]) for end in ("startDate", "endDate")) for booking in found]
    return [(start, end) for start, end in whole if start.date() == day]


async def statuses(served: Served, name: str, title: str | None = None) -> list[str]:
    return [booking["status"] for booking in await stored(served, name) if title in (None, booking["title"])]


def at(day: date, hour: int) -> datetime:
    """An instant of a day that starts at midnight in UTC too."""
    return datetime.combine(day, time(hour), UTC)
