/** The ways to read a body, best first, and what is wrong at which of their lines. */

import { asFields, spansOfParts } from "./forms.js";
import { spansOf } from "./json-text.js";
import { asIndentedJson } from "./json.js";
import { placeOf, spanAt } from "./places.js";
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
  const shown = asIndentedJson(text);
  const isMarked = shown !== null && violations.some(isOfBody);
  return { name: "Indented", text: shown, faults: isMarked ? faultsIn(violations, shown, spansOf(text), spansOf(shown)) : [] };
}

function fields(text, violations) {
  const form = asFields(text);
  return { name: "Fields", text: form.text, faults: faultsIn(violations, form.text, form.sent, form.shown) };
}

/** As it is; faults are marked here where no other reading can show them. */
function asSent(text, mediaType, violations) {
  const spans = mediaType === MULTIPART ? spansOfParts(text) : new Map();
  return { name: "As sent", text, faults: [...faultsIn(violations, text, spans, spans), ...spelling(text, violations)] };
}

/** `sent` says where what is violated stands in the text that came, `there` where it does in what is shown of it. */
function faultsIn(violations, shown, sent, there) {
  return violations.flatMap((violation, number) => {
    const [range, place] = isOfBody(violation) ? [sent, there].map((spans) => spanAt(spans, violation.pointer)) : [];
    return range ? [{ number, line: placeOf(shown, place[0]).line - 1, range }] : [];
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
