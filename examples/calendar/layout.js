/* Where events stand: pieces of one day, side by side where they overlap. */

import { DAY, MINUTE, wall } from "./time.js";

const MOST_COLUMNS = 3;
const LONG = 20 * 60;

/** The piece of an event that lies on a date, in minutes from its midnight; null where there is none. */
export function pieceOf(event, date) {
  const [midnight, next] = [wall(date), wall(date) + DAY];
  const { from, startDate, endDate } = event;
  // In the hour that a clock repeats, an event can seem to end before it starts: it is shown as long as it is.
  const to = event.to > from ? event.to : from + endDate - startDate;
  if (from >= next || to <= midnight) return null;
  const [start, end] = [Math.max(from, midnight) - midnight, Math.min(to, next) - midnight];
  return { event, start: start / MINUTE, end: Math.max(end, start + 15 * MINUTE) / MINUTE };
}

/** The first and last hour that a view needs, and the hour at which it is worth looking first. */
export function hoursOf(pieces, nowMinute) {
  if (!pieces.length) return { first: 8, last: 18, look: 8 };
  const starts = pieces.filter((piece) => piece.end - piece.start < LONG && piece.start > 0).map(({ start }) => start);
  return {
    first: Math.floor(Math.min(...pieces.map((piece) => piece.start)) / 60),
    last: Math.ceil(Math.max(...pieces.map((piece) => piece.end)) / 60),
    look: Math.floor(Math.min(nowMinute ?? Infinity, ...(starts.length ? starts : [8 * 60])) / 60),
  };
}

/** Give pieces that overlap a column each, `column` of `columns`; where that were too many, count them in one. */
export function sideBySide(pieces) {
  const sorted = [...pieces].sort((a, b) => a.start - b.start || b.end - a.end);
  return clusters(sorted).flatMap((cluster) => {
    const ends = [];
    const placed = cluster.map((piece) => {
      const free = ends.findIndex((end) => end <= piece.start);
      const column = free === -1 ? ends.length : free;
      ends[column] = piece.end;
      return { ...piece, column };
    });
    return ends.length > MOST_COLUMNS ? [counted(cluster)] : placed.map((piece) => ({ ...piece, columns: ends.length }));
  });
}

/** One piece for many bookings of a shared resource, such as a class: drawn like a large resource's count. */
function counted(cluster) {
  const [{ event }] = cluster;
  const seatsAt = ({ start }) =>
    cluster.filter((other) => other.start <= start && start < other.end).reduce((sum, other) => sum + seatsOf(other.event), 0);
  const seats = Math.min(Math.max(...cluster.map(seatsAt)), event.quota);
  const whole = {
    ...event,
    type: "BOOKING_COUNT",
    occupancy: seats / event.quota,
    displayLabel: `${seats} of ${event.quota}`,
    bookingCount: cluster.length,
    bookings: cluster.flatMap((piece) => piece.event.bookings),
    customers: cluster.flatMap((piece) => piece.event.customers),
    ...span(cluster, "from", "to"),
    ...span(cluster, "startDate", "endDate"),
  };
  return { event: whole, start: cluster[0].start, end: Math.max(...cluster.map((piece) => piece.end)), column: 0, columns: 1 };
}

const span = (cluster, start, end) => ({
  [start]: Math.min(...cluster.map(({ event }) => event[start])),
  [end]: Math.max(...cluster.map(({ event }) => event[end])),
});

const seatsOf = (event) => Math.round(event.occupancy * event.quota);

/** Pieces that are connected by overlaps. */
function clusters(sorted) {
  const found = [];
  let end = -1;
  for (const piece of sorted) {
    if (piece.start >= end) found.push([]);
    found.at(-1).push(piece);
    end = Math.max(end, piece.end);
  }
  return found;
}
