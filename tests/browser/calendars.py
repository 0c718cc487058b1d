"""What tests of the demo calendar share: opening it, filling in its form, asking what was stored."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, Route, expect

if TYPE_CHECKING:
    from tests.served import Served

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
STORED = """
query ($resourceIds: [ID!]!, $from: DateTime!) {
  bookings(filter: { resourceIds: $resourceIds, from: $from, statuses: [RESERVED, ACCEPTED, EXPIRED] }, first: 100) {
    nodes { title status startDate endDate }
  }
}
"""


async def open_week(
    page: Page, served: Served, *names: str, day: date | str | None = None, view: str | None = "week", token: str = ""
) -> None:
    found = [resource for resource in served.demo.resources if resource.name in names]
    asked = {"location": found[0].location_id, "resources": ",".join(resource.id for resource in found)}
    asked |= {"date": f"{day}"} if day else {}
    asked |= {"view": view} if view else {}
    address = served.client.make_url("/calendar").with_query(asked)
    await page.goto(str(address.with_fragment(f"token={token}") if token else address))
    await is_drawn(page)


async def is_drawn(page: Page) -> None:
    await expect(page.locator("#week[aria-busy=false] .grid")).to_be_visible()


async def open_form(page: Page, name: str) -> Locator:
    """Choose the first free span of a resource."""
    await page.locator(f"button.event[data-type=PERIOD_FRAGMENT][aria-label*=': {name}']").first.press("Enter")
    return page.get_by_role("dialog", name=f"Book {name}")


async def fill_in(form: Locator, token: str, title: str, emails: str = "guest@example.net") -> None:
    await form.get_by_label("Title").fill(title)
    await form.get_by_label("Guests’ e-mail addresses").fill(emails)  # noqa: RUF001 - as the page spells it
    await form.get_by_label("Token").fill(token)
    await form.get_by_role("button", name="Book").click()


async def texts(select: Locator) -> list[str]:
    return await select.locator("option").all_inner_texts()


async def book(served: Served, name: str, start: datetime, minutes: int = 60, grant: str = "tennis") -> None:
    query = "mutation ($input: UpsertBookingInput!) { upsertBooking(input: $input) { __typename } }"
    given = {
        "resourceId": served.demo.named(name),
        "startDate": start.isoformat(),
        "duration": minutes,
        "participants": [{"email": "faster@example.net"}],
    }
    answer = await served.ask(query, {"input": given}, grant)
    assert answer == {"data": {"upsertBooking": {"__typename": "UpsertBookingSuccess"}}}


async def stored(served: Served, name: str) -> list[dict[str, Any]]:
    """The bookings and holds of a resource from now on, expired ones too."""
    given: dict[str, object] = {"resourceIds": [served.demo.named(name)], "from": datetime.now(BERLIN).isoformat()}
    answer: dict[str, Any] = await served.ask(STORED, given, "admin")
    found: list[dict[str, Any]] = answer["data"]["bookings"]["nodes"]
    return found


def events(page: Page, kind: str) -> Locator:
    return page.locator(f"button.event[data-type={kind}]")


async def lose_answers(page: Page, part: str, *, times: int = 1) -> None:
    """Let requests that contain a part through to the gateway, and lose its answers on the way back."""
    left = times

    async def lose(route: Route) -> None:
        nonlocal left
        if not left or part not in (route.request.post_data or ""):
            return await route.fallback()
        left -= 1
        await route.fetch()
        return await route.abort("connectionreset")

    await page.route("**/graphql", lose)


def next_week() -> date:
    return (datetime.now(BERLIN) + 7 * DAY).date()


def clock_change(zone: ZoneInfo, hours: int) -> date:
    """The next date after tomorrow on which clocks are put forward (1) or back (-1) by so many hours."""
    day = datetime.now(zone).date() + DAY
    while _offset(day + DAY, zone) - _offset(day, zone) != timedelta(hours=hours):
        day += DAY
    return day


def _offset(day: date, zone: ZoneInfo) -> timedelta:
    """The offset at the start of a day."""
    offset = datetime.combine(day, time(0), zone).utcoffset()
    assert offset is not None
    return offset
