/* What an event is, and who asks. */

import { Refused, ask, token } from "./api.js";
import { byId, el } from "./dom.js";
import { statusOf } from "./event.js";
import { showDay, showSpan } from "./time.js";

/** Show all that is known of an event; `book`, where a seat is left, books it. */
export function openDetails(event, resource, zone, book) {
  byId("details-title").textContent = event.displayLabel;
  const facts = {
    Resource: resource.name,
    Day: showDay(event.from),
    Time: `${showSpan(event.from, event.to)} (${zone})`,
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

/** Wire signing in and out; `changed` is called after either. */
export function wireAccount(changed) {
  byId("account").addEventListener("click", () => {
    if (!token.get()) return byId("signing-in").showModal();
    token.forget();
    changed();
  });
  byId("signing-in-form").addEventListener("submit", async (submitted) => {
    submitted.preventDefault();
    const given = byId("own-token").value.trim();
    try {
      await check(given);
    } catch (refused) {
      byId("sign-in-refusal").textContent = refused.message;
      return;
    }
    token.set(given);
    submitted.target.reset();
    byId("sign-in-refusal").textContent = "";
    byId("signing-in").close();
    changed();
  });
}

async function check(given) {
  if (/[^\x21-\x7e]/.test(given)) throw new Refused("invalid_api_token", "That is no token.");
  await ask("query Me { viewer { name } }", {}, given);
}
