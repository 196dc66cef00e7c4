/** The ways to read a body, best first, and what is wrong at which of their lines. */

import { asFields, findParts } from "./forms.js";
import { asIndentedJson } from "./json.js";
import { foundAt, placesOf } from "./places.js";
import { asHex, asText } from "./text.js";

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";
const LINE = /\bline (\d+) column (\d+)/;

/**
 * What these bytes can be read as. `faults` are the places of violations among the body's own, by their number.
 * @returns {{name: string, text: string, faults: {number: number, line: number, range: [number, number]}[]}[]}
 */
export function readingsOf(bytes, isWhole, mediaType, violations = []) {
  const text = asText(bytes, isWhole);
  const readings = [
    ...text === null ? [] : readingsOfText(text, mediaType, violations),
    { name: "Hex", text: asHex(bytes), faults: [] },
  ];
  return readings.filter((reading) => reading.text !== null);
}

/** What a text can be read as. */
export function readingsOfText(text, mediaType, violations = []) {
  const best = mediaType === FORM ? fields : indented;
  return [best(text, violations), asSent(text, mediaType, violations)].filter((reading) => reading.text !== null);
}

/** Whether a violation is one of the body: the keywords of others name the part of the request. */
export function isOfBody({ keyword, pointer }) {
  return !keyword.includes("/") && (pointer !== "" || !["media_types", "event_type"].includes(keyword));
}

function indented(text, violations) {
  const places = placesIn(violations);
  return { name: "Indented", text: asIndentedJson(text, places), faults: faultsIn(places, violations) };
}

function fields(text, violations) {
  const places = placesIn(violations);
  return { name: "Fields", text: asFields(text, places), faults: faultsIn(places, violations) };
}

/** As it is; faults are marked here where no other reading can show them. */
function asSent(text, mediaType, violations) {
  const places = placesIn(violations);
  if (mediaType === MULTIPART) findParts(text, places);
  return { name: "As sent", text, faults: [...faultsIn(places, violations), ...spelling(text, violations)] };
}

function placesIn(violations) {
  return placesOf(violations.filter(isOfBody).map(({ pointer }) => pointer));
}

function faultsIn(places, violations) {
  return violations.flatMap((violation, number) => {
    const place = isOfBody(violation) && foundAt(places, violation.pointer);
    return place ? place.lines.map((line) => ({ number, line, range: place.range })) : [];
  });
}

/** Where a body that can't be parsed breaks off, as the parser's words say. */
function spelling(text, violations) {
  return violations.flatMap(({ keyword, message }, number) => {
    const [, line, column] = (keyword === "body" && LINE.exec(message)) || [];
    if (!line) return [];
    const start = text.split("\n").slice(0, line - 1).join("\n").length + Number(line > 1) + Number(column) - 1;
    return [{ number, line: line - 1, range: [start, start + 1] }];
  });
}
