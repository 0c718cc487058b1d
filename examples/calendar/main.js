/* The page: what is chosen, one request for it, and what is drawn of the answer. */

import { ask, token } from "./api.js";
import { wireBooking } from "./booking.js";
import { VIEWS, drawChoices, readChoices, writeChoices } from "./choices.js";
import { drawAccount, wireAccount } from "./dialogs.js";
import { byId, closable, el } from "./dom.js";
import { moveByKeys } from "./keys.js";
import { draw, pointAt } from "./picture.js";
import { CALENDAR, PLACES } from "./queries.js";
import { addDays, instantOf, mondayOf, showRange, today, wall } from "./time.js";

const SOON = 300; // milliseconds; of what is there sooner no word could be read
let places = [];
let state = null; // what is asked for
let drawn = null; // the state that stands in the grid
let asked = 0;
let waiting = null; // from when something is asked for until the page says something
const grid = byId("week");

token.take();
wireBooking();
wireAccount(startAnew);
wireDates();
moveByKeys(grid);
for (const dialog of document.querySelectorAll("dialog")) closable(dialog);
if (matchMedia("(max-width: 50rem)").matches) byId("choices").open = false;
startAnew();

/** Another asks: whatever the last one saw is not kept. */
function startAnew() {
  state = drawn = null;
  enable(false);
  drawAccount();
  return start();
}

/** Read the places that the caller sees, then show one. */
async function start(newId) {
  const answer = await latest(PLACES);
  if (!answer) return;
  drawAccount(answer.viewer.name);
  places = answer.locations.nodes.filter((place) => place.resources.nodes.some((resource) => resource.hasSchedule));
  if (!places.length) return drawNothing("There is no public calendar here. Sign in to see others.");
  state = readChoices(places);
  await show(newId);
}

/** One round trip, one picture. */
async function show(newId) {
  writeChoices(state);
  drawChoices(places, state, change);
  byId("side").hidden = false;
  enable(true);
  const dates = datesShown();
  const variables = variablesFor(dates);
  const answer = await latest(CALENDAR, variables);
  if (!answer) return;
  byId("range").textContent = showRange(dates[0], dates.at(-1));
  for (const view of VIEWS) byId(`view-${view}`).setAttribute("aria-pressed", String(state.view === view));
  const until = Date.parse(variables.endDate);
  draw(grid, { dates, state, found: answer.calendarEvents.events, until, booked, reload: () => start() });
  drawn = state;
  say("");
  if (newId) pointAt(grid, newId);
}

/** Answer what was asked for; nothing where a newer question has overtaken it, or it failed and that was said. */
async function latest(query, variables) {
  const turn = ++asked;
  grid.setAttribute("aria-busy", "true");
  waiting ??= setTimeout(sayThatItLoads, SOON);
  const answer = await ask(query, variables).catch((refused) => refused);
  if (turn !== asked) return null;
  grid.setAttribute("aria-busy", "false");
  if (!(answer instanceof Error)) return answer;
  await fail(answer);
  return null;
}

/** A token that is no longer good is forgotten; else the page stays as it stood, where it has stood. */
async function fail(refused) {
  if (refused.code === "invalid_api_token" && token.get()) {
    token.forget();
    await startAnew();
    return say(refused.message);
  }
  if (!drawn) return drawNothing(refused.message);
  state = drawn;
  writeChoices(state);
  drawChoices(places, state, change);
  say(refused.message);
}

function drawNothing(words) {
  byId("side").hidden = !state;
  byId("range").textContent = "\u00a0";
  say("");
  const again = el("button", { type: "button", on: { click: () => start() } }, "Try again");
  grid.replaceChildren(el("div", { class: "nothing" }, el("p", { role: "alert" }, words), again));
}

/** There is nothing to choose while the places are not known. */
function enable(isKnown) {
  byId("side").inert = !isKnown;
  for (const button of document.querySelectorAll(".when button, .switch button")) button.disabled = !isKnown;
}

async function change(part) {
  const { focus, ...rest } = part;
  state = { ...state, ...rest };
  await show();
  if (focus) byId(`resource-${focus}`)?.focus();
}

function datesShown() {
  if (state.view === "day") return [state.date];
  const monday = mondayOf(state.date);
  return Array.from({ length: 7 }, (_, place) => addDays(monday, place));
}

function variablesFor(dates) {
  const midnight = (date) => new Date(instantOf(wall(date), state.zone)).toISOString();
  return {
    resourceIds: state.resourceIds,
    startDate: midnight(dates[0]),
    endDate: midnight(addDays(dates.at(-1), 1)),
    timezone: state.zone,
  };
}

/** Who has booked has perhaps signed in by that, and sees more. */
async function booked(booking, words) {
  await start(booking.id);
  say(words);
}

function wireDates() {
  const step = () => (state.view === "week" ? 7 : 1);
  byId("previous").onclick = () => change({ date: addDays(state.date, -step()) });
  byId("next").onclick = () => change({ date: addDays(state.date, step()) });
  byId("today").onclick = () => change({ date: today(state.zone) });
  for (const view of VIEWS) byId(`view-${view}`).onclick = () => change({ view });
}

function sayThatItLoads() {
  grid.classList.add("waiting");
  byId("status").textContent = "Loading…";
}

/** Whatever is said ends the waiting. */
function say(words) {
  clearTimeout(waiting);
  waiting = null;
  grid.classList.remove("waiting");
  byId("status").textContent = words;
}
