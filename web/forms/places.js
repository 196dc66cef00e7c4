/** Where in a form the problems of what was sent belong. A place is the JSON Pointer of what its field holds. */

const PLACE_OF_TYPE = { "/problems/name-taken": "/name", "/problems/path-taken": "/path" };

/** What the form itself sees before anything is sent: `errors` are like those of a refusal. */
export class Incomplete extends Error {
  constructor(errors) {
    super("Nothing was sent yet.");
    this.errors = errors;
  }
}

/**
 * The messages at each place, and the rest, which no field stands for.
 * @param {?Error} failure
 * @param {string[]} places
 * @returns {{at: Map<string, string[]>, rest: string[]}}
 */
export function sortedOut(failure, places) {
  const sorted = { at: new Map(), rest: [] };
  for (const { pointer, message } of errorsOf(failure)) {
    const place = nearest(pointer, places);
    if (place === undefined) sorted.rest.push(`${pointer} ${message}`.trim());
    else sorted.at.set(place, [...sorted.at.get(place) ?? [], message]);
  }
  return sorted;
}

function errorsOf(failure) {
  if (!failure) return [];
  if (failure.errors?.length) return failure.errors;
  return [{ pointer: PLACE_OF_TYPE[failure.type] ?? "", message: failure.message }];
}

/** The place of the pointer, else the one that holds it most closely. */
function nearest(pointer, places) {
  const holding = places.filter((place) => pointer === place || pointer.startsWith(`${place}/`));
  return holding.sort((one, other) => other.length - one.length)[0];
}
