/* The form that books a free span, and says why it could not. */

import { ask, token } from "./api.js";
import { byId, option } from "./dom.js";
import { freeSeats, wallAt } from "./event.js";
import { BOOK } from "./queries.js";
import { DAY, MINUTE, instantOf, showDay, showMinutes, showShortDay, showSpan, showTime, dateOf, wallOf } from "./time.js";

const LENGTHS = [10, 15, 20, 30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 360, 480, 600, 720, 1440, 2880, 7200, 10080];
let current = null;

/** Open the form on a free span; `booked(booking, words)` is called after it succeeded. */
export function openBooking({ event, minute, date, resource, zone, booked }) {
  current = { event, resource, zone, booked };
  byId("booking-form").reset();
  byId("booking-title").textContent = `Book ${resource.name}`;
  byId("booking-place").textContent = `${showDay(event.from)} · free ${showSpan(event.from, event.to)} · ${zone}`;
  const starts = startsOf(event, resource, zone);
  const wanted = wallAt(date, minute);
  const nearest = starts.findLast((start) => start <= wanted) ?? starts[0];
  byId("start").replaceChildren(...starts.map((start) => option(start, showStart(start, event), start === nearest)));
  fillLengths();
  askWhatIsNeeded();
  byId("refusal").textContent = "";
  byId("booking").showModal();
}

/** Wire the form, once. */
export function wireBooking() {
  byId("start").addEventListener("change", fillLengths);
  byId("booking-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const button = submitted.submitter;
    button.disabled = true;
    byId("refusal").textContent = "";
    try {
      await book();
    } catch (refused) {
      byId("refusal").textContent = refused.message;
    } finally {
      button.disabled = false;
    }
  });
}

async function book() {
  const input = inputOf(new FormData(byId("booking-form")));
  const credentials = byId("token").value.trim() || token.get();
  const result = (await ask(BOOK, { input }, credentials)).upsertBooking;
  if (credentials) token.set(credentials);
  if (result.__typename !== "UpsertBookingSuccess") {
    byId("refusal").textContent = refusalText(result);
    return;
  }
  const start = Number(byId("start").value);
  const { resource, booked } = current;
  byId("booking").close();
  booked(result.booking, `Booked: ${resource.name}, ${showDay(start)}, ${showSpan(start, start + input.duration * MINUTE)}`);
}

function inputOf(form) {
  const emails = form.get("email").split(",").map((email) => email.trim()).filter(Boolean);
  return {
    resourceId: current.resource.id,
    startDate: instantOf(Number(form.get("start")), current.zone),
    duration: Number(form.get("minutes")),
    participants: emails.map((email) => ({ email })),
    title: form.get("title").trim() || null,
    seats: Number(form.get("seats")) || 1,
  };
}

function refusalText({ code, message, issues, conflicts }) {
  const taken = conflicts?.map(({ startDate, endDate }) =>
    showSpan(wallOf(startDate, current.zone), wallOf(endDate, current.zone)),
  );
  const said = issues ? issues.map((issue) => issue.message).join(" ") : message;
  return `${said}${taken?.length ? ` Taken: ${taken.join(", ")}.` : ""} (${code.toLowerCase()})`;
}

/** The starts to choose from: at the resource's steps, from now on, at most two days of them. */
function startsOf(event, resource, zone) {
  const step = (resource.bookingStepMinutes ?? 30) * MINUTE;
  const least = (resource.minDurationMinutes ?? 0) * MINUTE;
  const from = Math.max(event.from, wallOf(Date.now(), zone));
  const last = Math.min(event.to - Math.max(least, MINUTE), from + 2 * DAY);
  const starts = event.from === from ? [from] : [];
  for (let start = Math.ceil((from + 1) / step) * step; start <= last; start += step) starts.push(start);
  return starts.length ? starts : [Math.ceil(from / MINUTE) * MINUTE];
}

const showStart = (start, event) =>
  dateOf(start) === dateOf(event.from) ? showTime(start) : `${showShortDay(start)}, ${showTime(start)}`;

function fillLengths() {
  const { event, resource } = current;
  const room = (event.to - Number(byId("start").value)) / MINUTE;
  const [least, most] = [resource.minDurationMinutes ?? 1, resource.maxDurationMinutes ?? Infinity];
  const fitting = LENGTHS.filter((minutes) => minutes >= least && minutes <= Math.min(most, room));
  const lengths = fitting.length ? fitting : [Math.max(least, 1)];
  byId("minutes").replaceChildren(
    ...lengths.map((minutes) => option(minutes, showMinutes(minutes), minutes === 60)),
  );
}

/** A court has 1 to 4 players; seats are asked for where there are several; the token where none is known. */
function askWhatIsNeeded() {
  const { event, resource } = current;
  const isCourt = resource.type === "COURT";
  byId("email").required = isCourt;
  byId("email-hint").textContent = isCourt ? "1 to 4, with commas" : "optional, with commas";
  byId("seats-field").hidden = resource.capacity === 1;
  byId("seats").max = freeSeats(event);
  byId("token-field").hidden = Boolean(token.get());
  byId("token").required = !token.get();
}
