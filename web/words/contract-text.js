/** A contract as a document to read, to compare and to write. Numbers stay as they are spelt. */

import { spansOf } from "./json-text.js";
import { asIndentedJson } from "./json.js";

const SAYS = ["media_types", "body", "assert_formats", "path", "query", "headers", "event_type", "event_types", "unknown_event_types", "definitions"];
/** What a member is as if left out; null for the rest. `{}` is a schema elsewhere. */
const SAYS_NOTHING = { media_types: "[]", assert_formats: "false", event_types: "{}", unknown_event_types: '"refuse"', definitions: "{}" };

/** What a contract says, of the text of the API's answer: without who and when, and without what is as if left out. */
export function contractText(answer) {
  const spans = spansOf(answer);
  const members = SAYS.filter((name) => spans.has(`/${name}`)).map((name) => [name, answer.slice(...spans.get(`/${name}`))]);
  const said = members.filter(([name, text]) => text.replace(/\s/g, "") !== (SAYS_NOTHING[name] ?? "null"));
  return indented(`{${said.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`);
}

/** The document that a new contract begins with: JSON, an object. */
export function emptyContract() {
  return contractOf({ type: "object", required: [], properties: {} });
}

/** The document of a contract whose body has this schema. */
export function contractOf(body) {
  return JSON.stringify({ media_types: ["application/json"], body }, null, 2);
}

/** A schema that a value conforms to, as a start: the types of what is there, and all of it required. */
export function schemaFor(value) {
  if (value === null) return {};
  if (Array.isArray(value)) return { type: "array", ...value.length > 0 && { items: schemaFor(value[0]) } };
  if (typeof value === "object") return schemaForMembers(Object.entries(value));
  return { type: Number.isInteger(value) ? "integer" : typeof value };
}

function schemaForMembers(members) {
  const properties = members.map(([name, value]) => [name, schemaFor(value)]);
  return { type: "object", required: members.map(([name]) => name), properties: Object.fromEntries(properties) };
}

function indented(text) {
  return asIndentedJson(text) ?? text;
}
