/** The address's fragment: `#/requests/req_1?verdict=refused` is the path ["requests", "req_1"] with a query. */

/**
 * The fragment of a path and a query; empty values are left out of it.
 * @param {string[]} path
 * @param {Record<string, string>} query
 */
export function addressOf(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const asked = new URLSearchParams(given).toString();
  return `#/${path.map(encodeURIComponent).join("/")}${asked && `?${asked}`}`;
}

/**
 * Where an endpoint is shown; `more` leads to what belongs to it. An endpoint may be named as the form for a new one is.
 * @param {{id: string, name: string}} endpoint
 * @param {string[]} more
 */
export function addressOfEndpoint({ id, name }, more = [], query = {}) {
  return addressOf(["endpoints", name === "new" ? id : name, ...more], query);
}

/** Where a destination is shown; `more` leads to what belongs to it. */
export function addressOfDestination({ id, name }, more = [], query = {}) {
  return addressOf(["destinations", name === "new" ? id : name, ...more], query);
}

/**
 * The path and the query that a fragment names.
 * @param {string} fragment
 * @returns {{path: string[], query: Record<string, string>}}
 */
export function placeIn(fragment) {
  const [path, asked = ""] = fragment.replace(/^#\/?/, "").split(/\?(.*)/s);
  return { path: path.split("/").filter(Boolean).map(decoded), query: Object.fromEntries(new URLSearchParams(asked)) };
}

/** Text without its percent-encoding; text that has a bare percent sign stays as it is. */
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
