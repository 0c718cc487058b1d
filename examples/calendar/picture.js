/* The grid as one answer gives it, and what choosing something in it opens. */

import { openBooking } from "./booking.js";
import { openDetails } from "./dialogs.js";
import { isBookable, wallAt } from "./event.js";
import { focusOn, makeStop } from "./keys.js";
import { instantOf, wall } from "./time.js";
import { drawWeek } from "./week.js";

let shown = {};

/** Draw what was found for a state up to an instant; `booked` and `reload` are for the form that books. */
export function draw(grid, { dates, state, found, until, booked, reload }) {
  const events = found.map((event) => read(event, until));
  const resources = resourcesOf(state);
  const open = (event, minute, date) => choose(event, { minute, date, events, state, booked, reload });
  const before = grid.scrollTop;
  const hours = drawWeek(grid, { dates, resources, events, zone: state.zone, open });
  grid.scrollTop = hours.first === shown.first && hours.last === shown.last ? before : scrollTo(grid, hours);
  shown = hours;
  makeStop(grid);
}

/** Show a booking that is new. */
export function pointAt(grid, bookingId) {
  const drawn = grid.querySelector(`[data-bookings~="${bookingId}"]`);
  if (!drawn) return;
  drawn.classList.add("new");
  focusOn(grid, drawn);
}

/** Instants to compute with, walls to draw by, and whether the event may go on after what was asked for. */
function read(event, until) {
  const [startDate, endDate] = [Date.parse(event.startDate), Date.parse(event.endDate)];
  return {
    ...event,
    startDate,
    endDate,
    from: wall(event.localStart),
    to: wall(event.localEnd),
    goesOn: endDate >= until,
  };
}

function resourcesOf({ place, resourceIds }) {
  const known = new Map(place.resources.nodes.map((resource) => [resource.id, resource]));
  return resourceIds.map((id) => known.get(id));
}

/** Bring the hour that is worth looking at to the top, with a little of the one before. */
function scrollTo(grid, { first, last, look }) {
  const height = grid.querySelector(".hours").offsetHeight / (last - first);
  return (look - first - 0.4) * height;
}

/** Book what is free; of the rest show what is known, and let a seat that is left there be booked. */
function choose(event, { minute, date, events, state, booked, reload }) {
  const { place, zone } = state;
  const resource = place.resources.nodes.find(({ id }) => id === event.resource.id);
  const wanted = instantOf(wallAt(date, minute), zone);
  const book = (free) => openBooking({ event: free, wanted, resource, place, zone, booked, reload });
  if (event.type === "PERIOD_FRAGMENT") return book(event);
  const at = Math.max(wanted, Date.now());
  const holds = ({ startDate, endDate }) => startDate <= at && at < endDate;
  const isFree = (other) => other.type === "PERIOD_FRAGMENT" && other.resource.id === resource.id && holds(other);
  const free = events.find((other) => isFree(other) && isBookable(other, resource));
  openDetails(event, resource, zone, holds(event) && free ? () => book(free) : null);
}
