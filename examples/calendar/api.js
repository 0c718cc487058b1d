/* Asks the gateway. The token stays in this tab: sessionStorage, never an address or a cookie. */

const KEY = "bookgate:token";
const PATIENCE = 30_000; // milliseconds; an answer that is later is lost

const NO_ANSWER = new Set(["unreachable", "store_busy", "store_unavailable", "internal_error"]);

export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }

  /** Whether what was asked may have been done or not, or may still be: the same is to be asked again. */
  get isUnanswered() {
    return NO_ANSWER.has(this.code);
  }
}

export const token = {
  get: () => sessionStorage.getItem(KEY),
  set: (value) => sessionStorage.setItem(KEY, value),
  forget: () => sessionStorage.removeItem(KEY),

  /** `/calendar#token=…` signs in; the fragment was never sent, and leaves the address bar. */
  take() {
    const given = new URLSearchParams(location.hash.slice(1)).get("token");
    if (!given) return;
    token.set(given);
    history.replaceState(null, "", location.pathname + location.search);
  },
};

/** Answer an operation's data; throw Refused for whatever else comes. */
export async function ask(query, variables = {}, credentials = token.get()) {
  // A header can hold nothing else: fetch would throw as if there were no network.
  if (credentials && /[^\x21-\x7e]/.test(credentials)) throw new Refused("invalid_api_token", "That is no token.");
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if (credentials) headers.Authorization = `Bearer ${credentials}`;
  const answer = await send(headers, JSON.stringify({ query, variables }));
  if (answer.errors) throw new Refused(answer.errors[0].extensions?.code, answer.errors[0].message);
  return answer.data;
}

async function send(headers, body) {
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    const response = await fetch("/graphql", { method: "POST", headers, body, credentials: "omit", signal });
    return await response.json();
  } catch {
    throw new Refused("unreachable", "The gateway cannot be reached. Try again.");
  }
}
