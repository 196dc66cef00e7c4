/** Places in a text: a Map from the JSON Pointer of each value to where it begins and where it ends, and what is asked of it. */

/** Where a pointer's value stands, else the value that holds it most closely; null if none does. */
export function spanAt(spans, pointer) {
  let nearest = pointer;
  while (nearest !== "" && !spans.has(nearest)) nearest = nearest.slice(0, nearest.lastIndexOf("/"));
  return spans.get(nearest) ?? null;
}

/** Line and column of an offset, both counted from 1. */
export function placeOf(text, at) {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before.at(-1).length + 1 };
}

/** One step of a JSON Pointer. */
export function asStep(name) {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
