/* Wall clocks and instants.

   A "wall" is a wall-clock time as milliseconds, as if the clock stood in UTC: arithmetic on it is plain. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The wall of a text without an offset: "2026-04-15" or "2026-04-15T12:00:00". */
export const wall = (text) => Date.parse(text.length === 10 ? `${text}T00:00Z` : `${text}Z`);

/** The date of a wall: "2026-04-15". */
export const dateOf = (at) => new Date(at).toISOString().slice(0, 10);

/** Whether a text is a date that calendars are kept for: from 1900 to 2199. */
export const isDate = (text) =>
  /^(19|2[01])\d\d-\d\d-\d\d$/.test(text) && !Number.isNaN(wall(text)) && dateOf(wall(text)) === text;

export const addDays = (date, count) => dateOf(wall(date) + count * DAY);

/** The Monday of a date's ISO week. */
export const mondayOf = (date) => addDays(date, -((new Date(wall(date)).getUTCDay() + 6) % 7));

/** What a clock in the zone shows at an instant (a number, or a text with an offset). */
export function wallOf(instant, zone) {
  const clock = clockOf(zone).format(new Date(instant));
  return wall(clock.replace(" ", "T")) + (new Date(instant).getTime() % 1000);
}

/** The instant at which a clock in the zone shows a wall: of two the first, in a gap by the offset before it. */
export function instantOf(at, zone) {
  const [before, after] = candidates(at, zone);
  return wallOf(before, zone) !== at && wallOf(after, zone) === at ? after : before;
}

/** Whether a clock in the zone shows a wall twice, as in the hour that is repeated in autumn. */
function isTwice(at, zone) {
  const [before, after] = candidates(at, zone);
  return before !== after && wallOf(before, zone) === at && wallOf(after, zone) === at;
}

/** A wall as an instant by the offset of a day before, and by that of a day after. */
const candidates = (at, zone) => [-DAY, DAY].map((shift) => at - (wallOf(at + shift, zone) - (at + shift)));

export const today = (zone) => dateOf(wallOf(Date.now(), zone));

export function isZone(name) {
  try {
    return Boolean(name && clockOf(name));
  } catch {
    return false; // as Intl says that it knows no such zone
  }
}

const clocks = new Map();

function clockOf(zone) {
  if (!clocks.has(zone)) {
    // Swedish writes dates and times as ISO 8601 does.
    clocks.set(zone, new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" }));
  }
  return clocks.get(zone);
}

const format = (options) => {
  const formatter = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
  return (at) => formatter.format(new Date(at));
};

const showClock = format({ hour: "2-digit", minute: "2-digit" });
export const showDay = format({ weekday: "long", day: "numeric", month: "long" });
export const showShortDay = format({ weekday: "short", day: "numeric", month: "short" });
export const showWeekday = format({ weekday: "short" });
export const showNumber = format({ day: "numeric" });
export const showDate = format({ day: "numeric", month: "long", year: "numeric" });
const showMonth = format({ month: "long", year: "numeric" });

/** "10:00"; where a clock in the zone shows that twice, with the offset: "01:00 (UTC+1)". */
export function showTime(instant, zone) {
  const at = wallOf(instant, zone);
  return isTwice(at, zone) ? `${showClock(at)} (${offsetOf(instant, zone)})` : showClock(at);
}

/** "UTC+1", or "UTC−3:30". */
function offsetOf(instant, zone) {
  const minutes = (wallOf(instant, zone) - instant) / MINUTE;
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "−" : "+"}${hours}${rest ? `:${rest}` : ""}`;
}

/** The span between two instants: "10:00–11:30", with the days where they differ; a day ends at 24:00. */
export function showSpan(start, end, zone) {
  const [first, last] = [wallOf(start, zone), wallOf(end - 1, zone)];
  const till = dateOf(last) === dateOf(wallOf(end, zone)) ? showTime(end, zone) : "24:00";
  if (dateOf(first) === dateOf(last)) return `${showTime(start, zone)}–${till}`;
  return `${showShortDay(first)}, ${showTime(start, zone)} – ${showShortDay(last)}, ${till}`;
}

/** "13–19 April 2026", or as much more as is needed. */
export function showRange(first, last) {
  if (first === last) return `${showDay(wall(first))} ${first.slice(0, 4)}`;
  if (first.slice(0, 7) === last.slice(0, 7)) return `${showNumber(wall(first))}–${showDate(wall(last))}`;
  return `${showNumber(wall(first))} ${showMonth(wall(first))} – ${showDate(wall(last))}`;
}

export function showMinutes(count) {
  if (count >= 1440 && count % 1440 === 0) return count === 1440 ? "1 day" : `${count / 1440} days`;
  const [hours, minutes] = [Math.floor(count / 60), count % 60];
  return [hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean).join(" ");
}
