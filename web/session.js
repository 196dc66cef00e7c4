/** The key that the user signed in with: kept for this tab only, and never left in the address bar. */

import { decoded } from "./address.js";

const SLOT = "letterbox.key";
const FRAGMENT = "#key=";

/** The key from the address's fragment, else the one of this tab, else null. */
export function currentKey() {
  if (addressHoldsKey()) {
    keep(decoded(location.hash.slice(FRAGMENT.length)));
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(SLOT);
}

/** Whether somebody opened the page with a key in its address just now. */
export function addressHoldsKey() {
  return location.hash.startsWith(FRAGMENT);
}

/** Remember a key until this tab is closed. */
export function keep(key) {
  sessionStorage.setItem(SLOT, key);
}

/** Remember no key any more. */
export function forget() {
  sessionStorage.removeItem(SLOT);
}
