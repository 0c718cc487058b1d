/* Booking in two steps, each safe to repeat, so that an answer that is lost never makes a second booking.

   `reserveBooking` with the same idempotencyKey is answered with the same hold, and the same `confirmReservation` again
   changes nothing. So an attempt is made once, with a key of its own, and carried out as it is until it is answered. */

import { ask } from "./api.js";
import { CONFIRM, RELEASE, RESERVE } from "./queries.js";

// The two requests follow each other; where the second never comes, the seats are soon free again.
const TTL_SECONDS = 60;

/** An attempt to make a booking of a hold: the inputs of the two mutations, and the token that asks. */
export const newAttempt = (hold, booking, credentials) => ({ hold, booking, credentials, key: newKey() });

/** Book, or carry on where an earlier try was not answered. Answer `{ booking }`, else the refusal. */
export async function carryOut(attempt) {
  const { hold, booking, key } = attempt;
  const held = await mutate(RESERVE, { ...hold, ttlSeconds: TTL_SECONDS, idempotencyKey: key }, attempt);
  if (!held.reservationToken) return held;
  if (held.booking.status === "EXPIRED") return carryOut(Object.assign(attempt, { key: newKey() }));
  const { reservationToken } = held;
  const confirmed = await mutate(CONFIRM, { ...booking, reservationToken }, attempt);
  if (!confirmed.booking) await release(reservationToken, attempt);
  return confirmed;
}

/** Give up what is not to be confirmed: it would stand in the way of the corrected attempt, which has another key. */
async function release(reservationToken, attempt) {
  try {
    await mutate(RELEASE, { reservationToken }, attempt);
  } catch {
    // Then it ends by itself.
  }
}

async function mutate(mutation, input, { credentials }) {
  const { result } = await ask(mutation, { input }, credentials);
  return result;
}

/** Not crypto.randomUUID: that is there under https and on localhost alone. */
const newKey = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
