/** The key that the user signed in with: kept for this tab only, and never left in the address bar. */

import { decoded } from "./address.js";

const SLOT = "letterbox.key";
const FRAGMENT = "#key=";

/** The key from the address's fragment, else the one of this tab, else null. */
export function currentKey() {
  if (location.hash.startsWith(FRAGMENT)) {
    keep(decoded(location.hash.slice(FRAGMENT.length)));
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(SLOT);
}

export function addressHoldsKey() {
  return location.hash.startsWith(FRAGMENT);
}

export function keep(key) {
  sessionStorage.setItem(SLOT, key);
}

export function forget() {
  sessionStorage.removeItem(SLOT);
}
