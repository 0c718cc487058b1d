/* Draws one piece of an event: what is free or taken is a button, the open hours are only ground. */

import { el } from "./dom.js";
import { DAY, MINUTE, showDay, showSpan, showTime, wall } from "./time.js";

const ASKED = new Set(["REQUESTED", "INVITED"]);
const SHORT = 45;

/** Return the element of a piece, placed in its lane. */
export function drawPiece(piece, resource, date, context) {
  const { event } = piece;
  const style = placed(piece, context);
  if (event.type === "PERIOD") return el("div", { class: "open", style });
  const isOver = event.to <= context.now;
  if (event.type === "PERIOD_FRAGMENT" && !isBookable(event, resource)) return el("div", { class: "open", style });
  const words = describe(event, resource, date, context.zone);
  const choose = (click) => context.open(event, minuteOf(click, piece), date);
  return el(
    "button",
    {
      type: "button",
      class: classesOf(event, piece, isOver),
      style: { ...style, "--bg": event.colorMap.bg, "--text": event.colorMap.text },
      tabindex: -1,
      title: words,
      "aria-label": words,
      data: { type: event.type, bookings: event.bookings.map(({ id }) => id).join(" ") },
      on: { click: choose },
    },
    ...contentOf(piece, date, context.zone),
  );
}

/** What a screen reader says, and a pointer shows: all of it in one line. */
function describe(event, resource, date, zone) {
  const day = event.to - event.from < DAY ? `, ${showDay(wall(date))}` : "";
  const kind = event.type === "PERIOD_FRAGMENT" ? freeText(event, resource) : event.displayLabel;
  const state = ASKED.has(statusOf(event)) ? `, ${statusOf(event).toLowerCase()}` : "";
  return `${kind}${state}: ${resource.name}${day}, ${showSpan(event.startDate, event.endDate, zone)}`;
}

/** Whether the shortest booking fits in what is free from now on; who knows, where the view ends before it does. */
export function isBookable({ startDate, endDate, goesOn }, { minDurationMinutes }) {
  const room = (endDate - Math.max(startDate, Date.now())) / MINUTE;
  return room > 0 && (goesOn || room >= (minDurationMinutes ?? 0));
}

export const statusOf = ({ bookings }) => (bookings.length === 1 ? bookings[0].status : undefined);

function freeText(event, resource) {
  if (resource.capacity === 1) return "Free";
  return `${freeSeats(event)} of ${event.quota} free`;
}

export const freeSeats = (event) => event.quota - Math.round(event.occupancy * event.quota);

function placed({ start, end, column = 0, columns = 1 }, { first }) {
  return {
    "--start": start - first * 60,
    "--length": end - start,
    "--column": column,
    "--columns": columns,
  };
}

function classesOf(event, piece, isOver) {
  const kind = {
    PERIOD_FRAGMENT: "free",
    BOOKING: ASKED.has(statusOf(event)) ? "taken soft" : "taken",
    RESERVED_BOOKING: "taken soft held",
    BLOCKER: "taken blocked",
    BOOKING_COUNT: "taken count",
  }[event.type];
  const size = piece.end - piece.start < SHORT ? " short" : "";
  return `event ${kind}${size}${isOver ? " over" : ""}`;
}

function contentOf({ event, start, end }, date, zone) {
  if (event.type === "PERIOD_FRAGMENT") return [el("span", { class: "plus", "aria-hidden": "true" }, "+")];
  const isStart = event.from >= wall(date);
  const time = isStart && end - start >= SHORT ? el("small", {}, showTime(event.startDate, zone)) : null;
  const words = el("span", { class: "words" }, time, el("b", {}, event.displayLabel));
  if (event.type !== "BOOKING_COUNT") return [words];
  return [el("span", { class: "bar-of-seats", style: { "--share": event.occupancy } }), words];
}

/** The minute of the day that was pointed at; that of the start where a key was pressed. */
function minuteOf(click, piece) {
  const box = click.currentTarget.getBoundingClientRect();
  if (click.detail === 0 || !box.height) return piece.start;
  return piece.start + ((click.clientY - box.top) / box.height) * (piece.end - piece.start);
}

export const wallAt = (date, minute) => wall(date) + Math.floor(minute) * MINUTE;
