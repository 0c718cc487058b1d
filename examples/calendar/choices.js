/* What is shown: kept in the address, so that a view can be sent to somebody. */

import { colorOf } from "./colors.js";
import { byId, el, option } from "./dom.js";
import { isDate, isZone, today } from "./time.js";

export const VIEWS = ["week", "day"];
const MOST = 8;
const USUAL = 2;

/** The state of the page, from the address and the places that the caller sees. */
export function readChoices(places) {
  const asked = new URLSearchParams(location.search);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const near = places.find(({ timezone }) => timezone === own) ?? places[0];
  const place = places.find(({ id }) => id === asked.get("location")) ?? near;
  const zone = isZone(asked.get("zone")) ? asked.get("zone") : place.timezone;
  const usual = matchMedia("(max-width: 50rem)").matches ? "day" : "week";
  const view = VIEWS.includes(asked.get("view")) ? asked.get("view") : usual;
  const date = isDate(asked.get("date")) ? asked.get("date") : today(zone);
  return { place, zone, date, view, resourceIds: chosenOf(place, asked.get("resources")?.split(",")) };
}

export function writeChoices({ place, zone, date, view, resourceIds }) {
  const said = { location: place.id, resources: resourceIds.join(","), date, view };
  if (zone !== place.timezone) said.zone = zone;
  history.replaceState(null, "", `${location.pathname}?${new URLSearchParams(said)}`);
}

/** Those asked for that the place has, else its first few. */
export function chosenOf(place, asked = []) {
  const known = bookable(place).map(({ id }) => id);
  const chosen = known.filter((id) => asked.includes(id)).slice(0, MOST);
  return chosen.length ? chosen : known.slice(0, USUAL);
}

export const bookable = (place) => place.resources.nodes.filter(({ hasSchedule }) => hasSchedule);

/** Draw the pickers for a state; `changed(part)` is called with what the user changed of it. */
export function drawChoices(places, state, changed) {
  byId("location").replaceChildren(...organizationsOf(places, state));
  byId("location").onchange = ({ target }) => {
    const place = places.find(({ id }) => id === target.value);
    changed({ place, zone: place.timezone, resourceIds: chosenOf(place) });
  };
  byId("zone").replaceChildren(...zones(state).map((zone) => option(zone, zone, zone === state.zone)));
  byId("zone").onchange = ({ target }) => changed({ zone: target.value });
  byId("resources").replaceChildren(...bookable(state.place).map((resource) => drawResource(resource, state, changed)));
}

function organizationsOf(places, state) {
  const groups = Map.groupBy
    ? Map.groupBy(places, ({ organization }) => organization.name)
    : new Map(places.map((place) => [place.organization.name, places.filter((p) => p.organization.id === place.organization.id)]));
  return [...groups].map(([label, members]) =>
    el("optgroup", { label }, ...members.map((place) => option(place.id, place.name, place.id === state.place.id))),
  );
}

function drawResource(resource, { resourceIds }, changed) {
  const isChosen = resourceIds.includes(resource.id);
  const isLast = isChosen && resourceIds.length === 1;
  const box = el("input", {
    type: "checkbox",
    checked: isChosen,
    disabled: isLast || (!isChosen && resourceIds.length >= MOST),
    on: {
      change: ({ target }) => {
        const rest = resourceIds.filter((id) => id !== resource.id);
        changed({ resourceIds: target.checked ? [...rest, resource.id] : rest, focus: resource.id });
      },
    },
    id: `resource-${resource.id}`,
  });
  const seats = resource.capacity > 1 ? el("small", {}, `${resource.capacity} seats`) : null;
  return el("label", { class: "resource", style: { "--bg": colorOf(resource) } }, box, el("span", {}, resource.name), seats);
}

/** Those that the browser lists, which leaves out names that it knows: "Asia/Kolkata" is there as "Asia/Calcutta". */
function zones({ place, zone }) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([place.timezone, zone, own, "UTC", ...(Intl.supportedValuesOf?.("timeZone") ?? [])])];
}
