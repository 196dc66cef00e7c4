/** Forms as lines, and where their fields stand in them. */

import { decoded } from "../address.js";
import { asStep } from "./places.js";

const NAME = /^content-disposition:.*?[;\s]name="((?:[^"\\]|\\.)*)"/i;

/**
 * A urlencoded form with one field a line, and where each field stands as it was sent and as it is shown.
 * @returns {{text: string, sent: Map<string, [number, number]>, shown: Map<string, [number, number]>}}
 */
export function asFields(text) {
  const pairs = text.split("&");
  const fields = pairs.map((pair) => pair.split(/=(.*)/s).map((part) => decoded(part.replaceAll("+", " "))));
  const lines = fields.map(([name, value]) => `${name}: ${value ?? ""}`.replaceAll("\n", "⏎"));
  const names = fields.map(([name]) => name);
  return { text: lines.join("\n"), sent: spansOfFields(names, pairs), shown: spansOfFields(names, lines) };
}

/** Where the parts of a multipart form say their names. */
export function spansOfParts(text) {
  const lines = text.split("\n");
  return spansOfFields(lines.map((line) => NAME.exec(line)?.[1]), lines);
}

/** Where pieces stand that have one sign in between. A name that comes again is a list of values, each with its number. */
function spansOfFields(names, pieces) {
  const spans = new Map();
  const seen = new Map();
  let start = 0;
  for (const [index, { length }] of pieces.entries()) {
    if (names[index] !== undefined) note(spans, seen, names[index], [start, start + length]);
    start += length + 1;
  }
  return spans;
}

function note(spans, seen, name, span) {
  const number = seen.get(name) ?? 0;
  seen.set(name, number + 1);
  if (number === 0) spans.set(`/${asStep(name)}`, span);
  spans.set(`/${asStep(name)}/${number}`, span);
}
