/** The address's fragment: which request is being read. */

const REQUEST = "#/requests/";

/** The fragment that shows this request; the one that shows none for null. */
export function addressOf(id) {
  return id === null ? "#/" : REQUEST + encodeURIComponent(id);
}

/** The id of the request that a fragment shows, or null. */
export function requestIn(fragment) {
  return fragment.startsWith(REQUEST) ? decoded(fragment.slice(REQUEST.length)) : null;
}

/** Text without its percent-encoding; text that has a bare percent sign stays as it is. */
export function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
