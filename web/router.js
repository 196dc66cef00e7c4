/** Which view an address shows, and going to another one. */

import { addressOf, placeIn } from "./address.js";
import { useEffect, useState } from "./html.js";

/** The place that the address names, followed as it changes. */
export function usePlace() {
  const [place, follow] = useState(() => placeIn(location.hash));
  useEffect(() => {
    const listener = () => follow(placeIn(location.hash));
    addEventListener("hashchange", listener);
    listener();
    return () => removeEventListener("hashchange", listener);
  }, []);
  return place;
}

/** Go to a path with a query. `replace` leaves no step to go back to, as suits typing. */
export function go(path, query = {}, { replace = false } = {}) {
  const address = addressOf(path, query);
  if (replace) location.replace(address);
  else location.hash = address;
}

/**
 * The first route whose pattern fits, with what its `:names` took.
 * @param {{pattern: string, view: Function}[]} routes
 * @param {string[]} path
 */
export function routeOf(routes, path) {
  for (const route of routes) {
    const parameters = taken(route.pattern.split("/").filter(Boolean), path);
    if (parameters) return { ...route, parameters };
  }
  return null;
}

function taken(pattern, path) {
  if (pattern.length !== path.length) return null;
  const fits = pattern.every((part, index) => part.startsWith(":") || part === path[index]);
  const named = pattern.flatMap((part, index) => (part.startsWith(":") ? [[part.slice(1), path[index]]] : []));
  return fits ? Object.fromEntries(named) : null;
}
