/* What an event is, and who asks. */

import { ask, token } from "./api.js";
import { byId, el } from "./dom.js";
import { statusOf } from "./event.js";
import { ME } from "./queries.js";
import { showDay, showSpan } from "./time.js";

/** Show all that is known of an event; `book`, where a seat is left, books it. */
export function openDetails(event, resource, zone, book) {
  byId("details-title").textContent = event.displayLabel;
  const facts = {
    Resource: resource.name,
    Day: showDay(event.from),
    Time: `${showSpan(event.startDate, event.endDate, zone)} (${zone})`,
    Status: statusOf(event)?.toLowerCase().replace("_", " "),
    Seats: event.quota > 1 ? `${Math.round(event.occupancy * event.quota)} of ${event.quota}` : null,
    Bookings: event.bookingCount,
    With: event.customers.map(({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(" ") || "a guest").join(", "),
  };
  const known = Object.entries(facts).filter(([, fact]) => fact);
  byId("details-list").replaceChildren(...known.flatMap(([name, fact]) => [el("dt", {}, name), el("dd", {}, String(fact))]));
  byId("details-book").hidden = !book;
  byId("details-book").onclick = () => {
    byId("details").close();
    book();
  };
  byId("details").showModal();
}

/** Say who asks. */
export function drawAccount(name) {
  byId("account").textContent = token.get() ? `Sign out ${name ?? ""}`.trim() : "Sign in";
}

/** Wire signing in and out; `changed` is called after either. */
export function wireAccount(changed) {
  byId("account").addEventListener("click", () => {
    if (!token.get()) return askForToken();
    token.forget();
    changed();
  });
  byId("signing-in-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const given = byId("own-token").value.trim();
    try {
      await ask(ME, {}, given);
    } catch (refused) {
      byId("sign-in-refusal").textContent = refused.message;
      return;
    }
    token.set(given);
    byId("signing-in").close();
    changed();
  });
}

function askForToken() {
  byId("signing-in-form").reset();
  byId("sign-in-refusal").textContent = "";
  byId("signing-in").showModal();
}
