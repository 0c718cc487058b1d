/* The page: what is chosen, one request for it, and what is drawn of the answer. */

import { ask, token } from "./api.js";
import { openBooking, wireBooking } from "./booking.js";
import { drawChoices, readChoices, writeChoices } from "./choices.js";
import { openDetails, wireAccount } from "./dialogs.js";
import { byId, closable } from "./dom.js";
import { wallAt } from "./event.js";
import { focusOn, makeStop, moveByKeys } from "./keys.js";
import { CALENDAR, PLACES } from "./queries.js";
import { addDays, instantOf, mondayOf, showRange, today, wall, wallOf } from "./time.js";
import { drawWeek } from "./week.js";

let places = [];
let state = null;
let asked = 0;
let shown = {};
const grid = byId("week");

token.take();
wireBooking();
wireAccount(start);
wireDates();
moveByKeys(grid);
for (const dialog of document.querySelectorAll("dialog")) closable(dialog);
if (matchMedia("(max-width: 50rem)").matches) byId("choices").open = false;
start();

/** Read the places that the caller sees, then show one. */
async function start() {
  try {
    const { viewer, locations } = await ask(PLACES);
    places = locations.nodes.filter((place) => place.resources.nodes.some((resource) => resource.hasSchedule));
    byId("account").textContent = token.get() ? `Sign out ${viewer.name ?? ""}`.trim() : "Sign in";
  } catch (refused) {
    return dropToken(refused);
  }
  if (!places.length) return say("There is no public calendar here. Sign in to see others.");
  state = readChoices(places);
  await show();
}

/** A token that is no longer good is forgotten: the public calendars are shown. */
async function dropToken(refused) {
  if (refused.code !== "invalid_api_token" || !token.get()) return say(refused.message);
  token.forget();
  await start();
  say(refused.message);
}

async function change(part) {
  const { focus, ...rest } = part;
  state = { ...state, ...rest };
  await show();
  if (focus) byId(`resource-${focus}`)?.focus();
}

/** One round trip, one picture; an answer that a newer question has overtaken is dropped. */
async function show(newId = null) {
  writeChoices(state);
  drawChoices(places, state, change);
  const dates = datesShown();
  byId("range").textContent = showRange(dates[0], dates.at(-1));
  for (const view of ["week", "day"]) byId(`view-${view}`).setAttribute("aria-pressed", String(state.view === view));
  const turn = ++asked;
  grid.setAttribute("aria-busy", "true");
  try {
    const { calendarEvents } = await ask(CALENDAR, variablesFor(dates));
    if (turn === asked) draw(dates, calendarEvents.events, newId);
  } catch (refused) {
    say(refused.message);
  } finally {
    if (turn === asked) grid.setAttribute("aria-busy", "false");
  }
}

function datesShown() {
  if (state.view === "day") return [state.date];
  const monday = mondayOf(state.date);
  return Array.from({ length: 7 }, (_, place) => addDays(monday, place));
}

function variablesFor(dates) {
  return {
    resourceIds: state.resourceIds,
    startDate: instantOf(wall(dates[0]), state.zone),
    endDate: instantOf(wall(addDays(dates.at(-1), 1)), state.zone),
    timezone: state.zone,
  };
}

function draw(dates, found, newId) {
  const events = found.map((event) => ({ ...event, from: wall(event.localStart), to: wall(event.localEnd) }));
  const colors = new Map(events.map((event) => [event.resource.id, event.colorMap.bg]));
  const known = new Map(state.place.resources.nodes.map((resource) => [resource.id, resource]));
  const resources = state.resourceIds.map((id) => ({ ...known.get(id), color: colors.get(id) ?? "#64748b" }));
  for (const { id, color } of resources) byId(`resource-${id}`)?.parentElement.style.setProperty("--bg", color);
  const open = (event, minute, date) => choose(event, { minute, date, events });
  const before = grid.scrollTop;
  const hours = drawWeek(grid, { dates, resources, events, zone: state.zone, open });
  grid.scrollTop = hours.first === shown.first && hours.last === shown.last ? before : scrollTo(hours);
  shown = hours;
  makeStop(grid);
  if (newId) pointAt(newId);
}

/** Bring the hour that is worth looking at to the top, with a little of the one before. */
function scrollTo({ first, last, look }) {
  const height = grid.querySelector(".hours").offsetHeight / (last - first);
  return (look - first - 0.4) * height;
}

function pointAt(bookingId) {
  const drawn = grid.querySelector(`[data-bookings~="${bookingId}"]`);
  if (!drawn) return;
  drawn.classList.add("new");
  focusOn(grid, drawn);
}

/** Book what is free; of the rest show what is known, and let a seat that is left there be booked. */
function choose(event, { minute, date, events }) {
  const resource = state.place.resources.nodes.find(({ id }) => id === event.resource.id);
  const book = (free) => openBooking({ event: free, minute, date, resource, zone: state.zone, booked });
  if (event.type === "PERIOD_FRAGMENT") return book(event);
  const at = Math.max(wallAt(date, minute), wallOf(Date.now(), state.zone));
  const holds = ({ from, to }) => from <= at && at < to;
  const free = events.find((other) => other.type === "PERIOD_FRAGMENT" && other.resource.id === resource.id && holds(other));
  openDetails(event, resource, state.zone, holds(event) && free ? () => book(free) : null);
}

async function booked(booking, words) {
  say(words);
  const { viewer } = await ask("query Me { viewer { name } }");
  byId("account").textContent = `Sign out ${viewer.name ?? ""}`.trim();
  await show(booking.id);
}

function wireDates() {
  const step = () => (state.view === "week" ? 7 : 1);
  byId("previous").onclick = () => change({ date: addDays(state.date, -step()) });
  byId("next").onclick = () => change({ date: addDays(state.date, step()) });
  byId("today").onclick = () => change({ date: today(state.zone) });
  byId("view-week").onclick = () => change({ view: "week" });
  byId("view-day").onclick = () => change({ view: "day" });
}

function say(words) {
  byId("status").textContent = words;
}
