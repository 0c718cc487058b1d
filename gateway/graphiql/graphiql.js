/* Starts GraphiQL on the path that the page was loaded from, with the gateway's example operations as tabs. */
"use strict";

(async () => {
  // The style element that GraphiQL's dialogs add is admitted by the page's nonce.
  window.__webpack_nonce__ = document.documentElement.dataset.nonce;

  const headers = takeHeaders();
  const examples = await loadExamples();
  const isFirstVisit = localStorage.getItem("graphiql:tabState") === null;
  ReactDOM.createRoot(document.getElementById("graphiql")).render(
    React.createElement(GraphiQL, {
      fetcher,
      defaultTabs: examples.map(({ query, variables }) => ({ query, variables, headers })),
      defaultHeaders: headers,
      headers,
      variables: isFirstVisit ? examples[0].variables : undefined, // GraphiQL forgets those of the first tab
      storage,
      isHeadersEditorEnabled: true,
      defaultEditorToolsVisibility: headers ? "headers" : "variables",
    }),
  );
})();

/** A token in the fragment (`/graphql#token=…`) fills the header editor; it leaves the address bar, and was never sent. */
function takeHeaders() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) return undefined;
  history.replaceState(null, "", location.pathname + location.search);
  return JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2);
}

async function loadExamples() {
  const response = await fetch("/assets/examples.json");
  const examples = response.ok ? await response.json() : [];
  return examples.length ? examples : [{ query: "{\n  __typename\n}\n", variables: "" }];
}

/** The browser's storage, where the history keeps headers only if the user asked to persist them. */
const storage = {
  get length() {
    return localStorage.length;
  },
  getItem: (key) => localStorage.getItem(key),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () => localStorage.clear(),
  setItem: (key, value) => localStorage.setItem(key, keepsHeaders(key) ? value : withoutHeaders(value)),
};

function keepsHeaders(key) {
  const isHistory = key === "graphiql:queries" || key === "graphiql:favorites";
  return !isHistory || localStorage.getItem("graphiql:shouldPersistHeaders") === "true";
}

function withoutHeaders(history) {
  return JSON.stringify(JSON.parse(history), (key, value) => (key === "headers" ? undefined : value));
}

function fetcher(params, options) {
  const wsClient = socketFor(options?.headers ?? {});
  return GraphiQL.createFetcher({ url: location.pathname, wsClient })(params, options);
}

const sockets = new Map();

/** One socket for each set of headers, since credentials are given when it opens; it opens at the first subscription. */
function socketFor(headers) {
  const key = JSON.stringify(headers);
  if (!sockets.has(key)) {
    const url = `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${location.pathname}`;
    sockets.set(key, graphqlWs.createClient({ url, connectionParams: headers, lazyCloseTimeout: 3000 }));
  }
  return sockets.get(key);
}
