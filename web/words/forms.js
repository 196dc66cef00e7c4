/** Forms as lines, and where their fields stand in them. */

import { decoded } from "../address.js";

const NAME = /^content-disposition:.*?[;\s]name="((?:[^"\\]|\\.)*)"/i;

/** A urlencoded form with one field a line; what `places` looks for is filled in. */
export function asFields(text, places) {
  const seen = new Map();
  let start = 0;
  const lines = text.split("&").map((pair, line) => {
    const [name, value] = pair.split(/=(.*)/s).map((part) => decoded(part.replaceAll("+", " ")));
    found(places, name, seen, line, start, start + pair.length);
    start += pair.length + 1;
    return `${name}: ${value ?? ""}`.replaceAll("\n", "⏎");
  });
  return lines.join("\n");
}

/** Fill in where the parts of a multipart form begin. */
export function findParts(text, places) {
  const seen = new Map();
  let start = 0;
  for (const [line, shown] of text.split("\n").entries()) {
    const [, name] = NAME.exec(shown) ?? [];
    if (name !== undefined) found(places, name, seen, line, start, start + shown.length);
    start += shown.length + 1;
  }
}

/** A name that comes again is a list of values, each with its number. */
function found(places, name, seen, line, start, end) {
  const place = places.child(name);
  const number = seen.get(name) ?? 0;
  seen.set(name, number + 1);
  if (number === 0) place?.begin(line, start, end);
  place?.child(String(number))?.begin(line, start, end);
}
