/* The form that books a free span, and says why it could not. */

import { token } from "./api.js";
import { carryOut, newAttempt } from "./attempt.js";
import { byId, option } from "./dom.js";
import { freeSeats } from "./event.js";
import { DAY, MINUTE, dateOf, showDay, showMinutes, showShortDay, showSpan, showTime, wallOf } from "./time.js";

const LENGTHS = [10, 15, 20, 30, 45, 60, 75, 90, 120, 150, 180, 240, 300, 360, 480, 600, 720, 1440, 2880, 7200, 10080];
let current = null;

/** Open the form on a free span, near the instant `wanted`. `booked(booking, words)` is called after it succeeded,
    `reload()` where something else may stand there by now. */
export function openBooking({ event, wanted, resource, place, zone, booked, reload }) {
  current = { event, resource, zone, booked, reload, attempt: null };
  const free = showSpan(event.startDate, event.endDate, zone);
  byId("booking-form").reset();
  byId("booking-title").textContent = `Book ${resource.name}`;
  byId("booking-place").textContent = `${showDay(event.from)} · free ${free} · ${zone}`;
  const starts = startsOf(event, resource, place.timezone);
  const nearest = starts.findLast((start) => start <= wanted) ?? starts[0];
  byId("start").replaceChildren(...starts.map((start) => option(start, showStart(start), start === nearest)));
  fillLengths();
  askWhatIsNeeded();
  say(current, "");
  byId("book").disabled = false;
  byId("booking").showModal();
}

/** Wire the form, once. */
export function wireBooking() {
  byId("start").addEventListener("change", fillLengths);
  byId("booking").addEventListener("close", () => current.attempt && current.reload());
  byId("booking-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const form = current;
    byId("book").disabled = true;
    say(form, "");
    await book(form);
    if (form === current) ready();
  });
}

/** Let the button be pressed again, and give it back the focus that it lost. */
function ready() {
  byId("book").disabled = false;
  byId("book").focus();
}

/** Carry an attempt out. While it is not answered its fields are locked: the same is sent again, or nothing.
    What is refused is said over a calendar that shows what stands there now. */
async function book(form) {
  form.attempt ??= attemptOf(new FormData(byId("booking-form")));
  byId("booking-fields").disabled = true;
  const result = await carryOut(form.attempt).catch((refused) => refused);
  if (result.isUnanswered) return say(form, `${result.message} Pressing “Book” again does not book twice.`);
  const { attempt } = form;
  form.attempt = null;
  if (result.booking) return finish(form, attempt, result.booking);
  await form.reload();
  if (form === current) askWhatIsNeeded();
  say(form, refusalText(result, form.zone));
}

function finish(form, { hold, credentials }, booking) {
  token.set(credentials);
  if (form === current) byId("booking").close();
  const start = Date.parse(hold.startDate);
  const span = showSpan(start, start + hold.duration * MINUTE, form.zone);
  form.booked(booking, `Booked: ${form.resource.name}, ${showDay(wallOf(start, form.zone))}, ${span}`);
}

function attemptOf(fields) {
  const emails = fields.get("email").split(",").map((email) => email.trim()).filter(Boolean);
  const hold = {
    resourceId: current.resource.id,
    startDate: new Date(Number(fields.get("start"))).toISOString(),
    duration: Number(fields.get("minutes")),
    seats: Number(fields.get("seats")) || 1,
  };
  const booking = { participants: emails.map((email) => ({ email })), title: fields.get("title").trim() || null };
  return newAttempt(hold, booking, fields.get("token").trim() || token.get());
}

function refusalText({ code, message, issues, conflicts }, zone) {
  const taken = conflicts?.map(({ startDate, endDate }) => showSpan(Date.parse(startDate), Date.parse(endDate), zone));
  const said = issues ? issues.map((issue) => issue.message).join(" ") : message;
  return `${said}${taken?.length ? ` Taken: ${taken.join(", ")}.` : ""} (${code.toLowerCase()})`;
}

/** The instants to choose from: at the resource's steps by the clock of its place, from now on, at most two days. */
function startsOf({ startDate, endDate }, { bookingStepMinutes, minDurationMinutes }, timezone) {
  const step = (bookingStepMinutes ?? 30) * MINUTE;
  const first = Math.ceil(Math.max(startDate, Date.now()) / MINUTE) * MINUTE;
  const last = Math.min(endDate - (minDurationMinutes ?? 1) * MINUTE, first + 2 * DAY);
  const starts = [];
  for (let start = first; start <= last; start += MINUTE) {
    if (start === startDate || (wallOf(start, timezone) % DAY) % step === 0) starts.push(start);
  }
  return starts.length ? starts : [first];
}

function showStart(start) {
  const { event, zone } = current;
  const at = wallOf(start, zone);
  return dateOf(at) === dateOf(event.from) ? showTime(start, zone) : `${showShortDay(at)}, ${showTime(start, zone)}`;
}

function fillLengths() {
  const { event, resource } = current;
  const room = (event.endDate - Number(byId("start").value)) / MINUTE;
  const [least, most] = [resource.minDurationMinutes ?? 1, resource.maxDurationMinutes ?? Infinity];
  const fitting = LENGTHS.filter((minutes) => minutes >= least && minutes <= Math.min(most, room));
  const lengths = fitting.length ? fitting : [Math.max(least, 1)];
  byId("minutes").replaceChildren(
    ...lengths.map((minutes) => option(minutes, showMinutes(minutes), minutes === 60)),
  );
}

/** A court has 1 to 4 players; seats are asked for where there are several; the token where none is known. */
function askWhatIsNeeded() {
  byId("booking-fields").disabled = false;
  const { event, resource } = current;
  const isCourt = resource.type === "COURT";
  byId("email").required = isCourt;
  byId("email-hint").textContent = isCourt ? "1 to 4, with commas" : "optional, with commas";
  byId("seats-field").hidden = resource.capacity === 1;
  byId("seats").max = freeSeats(event);
  byId("token-field").hidden = Boolean(token.get());
  byId("token").required = !token.get();
}

function say(form, words) {
  if (form === current) byId("refusal").textContent = words; // else another one is open by now
}
