/* Draws the grid: a column for each day, and in it a lane for each resource. */

import { colorOf } from "./colors.js";
import { el } from "./dom.js";
import { drawPiece } from "./event.js";
import { hoursOf, pieceOf, sideBySide } from "./layout.js";
import { DAY, MINUTE, dateOf, showDay, showNumber, showWeekday, wall, wallOf } from "./time.js";

const BACKGROUND = new Set(["PERIOD"]);
const FREE = new Set(["PERIOD_FRAGMENT"]);

/** Draw events of `resources` on `dates` into an element; `open(event, minute, date)` is called for the
    one chosen. Return the hours shown, and the one to look at first. */
export function drawWeek(into, { dates, resources, events, zone, open }) {
  const days = dates.map((date) => ({ date, lanes: resources.map((resource) => laneOf(resource, date, events)) }));
  const now = wallOf(Date.now(), zone);
  const minuteNow = dates.includes(dateOf(now)) ? (now - wall(dateOf(now))) / MINUTE : undefined;
  const { first, last, look } = hoursOf(days.flatMap((day) => day.lanes.flatMap((lane) => lane.pieces)), minuteNow);
  const single = dates.length === 1;
  const names = resources.map(({ name }) => name);
  const context = { first, last, now, zone, open, names: single ? names : shortNames(names) };
  const grid = el(
    "div",
    {
      class: single ? "grid single" : "grid",
      style: { "--days": dates.length, "--lanes": Math.max(resources.length, 1), "--hours": last - first },
    },
    el("div", { class: "corner" }),
    ...days.map((day) => drawHead(day, context)),
    drawHours(first, last),
    ...days.map((day) => drawDay(day, context)),
  );
  into.replaceChildren(grid);
  return { first, last, look };
}

function laneOf(resource, date, events) {
  const pieces = events
    .filter((event) => event.resource.id === resource.id)
    .map((event) => pieceOf(event, date))
    .filter(Boolean);
  return { resource, pieces };
}

function drawHead({ date, lanes }, { now, names }) {
  const at = wall(date);
  const classes = date === dateOf(now) ? "head today" : "head";
  return el(
    "div",
    { class: classes, "aria-hidden": "true" },
    el("p", {}, `${showWeekday(at)} `, el("b", {}, showNumber(at))),
    el(
      "div",
      { class: "names" },
      ...lanes.map(({ resource }, place) =>
        el("span", { title: resource.name, style: { "--bg": colorOf(resource) } }, names[place]),
      ),
    ),
  );
}

/** Of each word as few letters as tell the names apart: "C1" and "C2", or "AnLó" and "AnLa". */
function shortNames(names) {
  const words = (name) => [...name.matchAll(/\S+/g)].map(([word]) => [...word]);
  const cut = (letters) => ([first, ...rest]) => first.toUpperCase() + rest.slice(0, letters - 1).join("");
  const short = (letters) => names.map((name) => words(name).map(cut(letters)).join(""));
  return [1, 2, 3].map(short).find((cuts) => new Set(cuts).size === names.length) ?? names;
}

function drawHours(first, last) {
  const hours = Array.from({ length: last - first }, (_, place) => first + place);
  return el(
    "div",
    { class: "hours", "aria-hidden": "true" },
    ...hours.map((hour) => el("span", {}, `${String(hour).padStart(2, "0")}:00`)),
  );
}

function drawDay({ date, lanes }, context) {
  const minute = (context.now - wall(date)) / MINUTE;
  const isToday = minute >= context.first * 60 && minute < Math.min(context.last * 60, DAY / MINUTE);
  return el(
    "section",
    { class: "day", "aria-label": showDay(wall(date)) },
    ...lanes.map((lane) => drawLane(lane, date, context)),
    isToday ? el("div", { class: "now", style: { "--start": minute - context.first * 60 } }) : null,
  );
}

function drawLane({ resource, pieces }, date, context) {
  const of = (kinds) => pieces.filter((piece) => kinds.has(piece.event.type));
  const taken = pieces.filter(({ event }) => !BACKGROUND.has(event.type) && !FREE.has(event.type));
  return el(
    "div",
    { class: "lane", role: "group", "aria-label": resource.name },
    ...of(BACKGROUND).map((piece) => drawPiece(piece, resource, date, context)),
    ...of(FREE).map((piece) => drawPiece(piece, resource, date, context)),
    ...sideBySide(taken).map((piece) => drawPiece(piece, resource, date, context)),
  );
}
