/* Asks the gateway. The token stays in this tab: sessionStorage, never an address or a cookie. */

const KEY = "bookgate:token";

export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
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
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  if (credentials) headers.Authorization = `Bearer ${credentials}`;
  const answer = await send(headers, JSON.stringify({ query, variables }));
  if (answer.errors) throw new Refused(answer.errors[0].extensions?.code, answer.errors[0].message);
  return answer.data;
}

async function send(headers, body) {
  try {
    const response = await fetch("/graphql", { method: "POST", headers, body, credentials: "omit" });
    return await response.json();
  } catch {
    throw new Refused("unreachable", "The gateway cannot be reached. Try again.");
  }
}
