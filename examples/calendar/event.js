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
  if (event.type === "PERIOD_FRAGMENT" && isOver) return el("div", { class: "open", style });
  const choose = (click) => context.open(event, minuteOf(click, piece), date);
  return el(
    "button",
    {
      type: "button",
      class: classesOf(event, piece, isOver),
      style: { ...style, "--bg": event.colorMap.bg, "--text": event.colorMap.text },
      tabindex: -1,
      title: describe(event, resource, date),
      "aria-label": describe(event, resource, date),
      data: { type: event.type, bookings: event.bookings.map(({ id }) => id).join(" ") },
      on: { click: choose },
    },
    ...contentOf(event, piece, date),
  );
}

/** What a screen reader says, and a pointer shows: all of it in one line. */
export function describe(event, resource, date) {
  const day = event.to - event.from < DAY ? `, ${showDay(wall(date))}` : "";
  const kind = event.type === "PERIOD_FRAGMENT" ? freeText(event, resource) : event.displayLabel;
  const state = ASKED.has(statusOf(event)) ? `, ${statusOf(event).toLowerCase()}` : "";
  return `${kind}${state}: ${resource.name}${day}, ${showSpan(event.from, event.to)}`;
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

function contentOf(event, { start, end }, date) {
  if (event.type === "PERIOD_FRAGMENT") return [el("span", { class: "plus", "aria-hidden": "true" }, "+")];
  const isStart = event.from >= wall(date);
  const time = isStart && end - start >= SHORT ? el("small", {}, showTime(event.from)) : null;
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

export const wallAt = (date, minute) => wall(date) + minute * MINUTE;
