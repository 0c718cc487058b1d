/* The grid is one stop of the Tab key; arrows move within it: up and down in a lane, left and right between lanes. */

const EVENT = "button.event";

export function moveByKeys(grid) {
  grid.addEventListener("keydown", (pressed) => {
    const from = pressed.target.closest(EVENT);
    const to = from && neighbour(grid, from, pressed.key);
    if (!to) return;
    pressed.preventDefault();
    focusOn(grid, to);
  });
  grid.addEventListener("focusin", ({ target }) => {
    const chosen = target.closest(EVENT);
    if (chosen) makeStop(grid, chosen);
  });
}

/** Make one event the grid's stop: the one given, else the first. */
export function makeStop(grid, chosen = grid.querySelector(EVENT)) {
  for (const other of grid.querySelectorAll(`${EVENT}[tabindex="0"]`)) other.tabIndex = -1;
  if (chosen) chosen.tabIndex = 0;
}

export function focusOn(grid, event) {
  makeStop(grid, event);
  event.focus();
  event.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function neighbour(grid, from, key) {
  if (key === "ArrowUp" || key === "ArrowDown") return along(from, key === "ArrowDown" ? 1 : -1);
  if (key === "ArrowLeft" || key === "ArrowRight") return across(grid, from, key === "ArrowRight" ? 1 : -1);
  if (key === "Home" || key === "End") return [...grid.querySelectorAll(EVENT)].at(key === "Home" ? 0 : -1);
  return null;
}

function along(from, step) {
  const lane = sorted(from.closest(".lane"));
  return lane[lane.indexOf(from) + step];
}

function across(grid, from, step) {
  const lanes = [...grid.querySelectorAll(".lane")].filter((lane) => lane.querySelector(EVENT));
  const next = lanes[lanes.indexOf(from.closest(".lane")) + step];
  if (!next) return null;
  const distance = (event) => Math.abs(startOf(event) - startOf(from));
  return sorted(next).reduce((best, event) => (distance(event) < distance(best) ? event : best));
}

const startOf = (event) => Number(event.style.getPropertyValue("--start"));
const sorted = (lane) => [...lane.querySelectorAll(EVENT)].sort((one, other) => startOf(one) - startOf(other));
