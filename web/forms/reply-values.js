/** What an endpoint answers, as values of the form and back: left to the project, the id alone, one reply, or rules as JSON. */

import { mistakeIn, spansOf } from "../words/json-text.js";
import { placeOf } from "../words/places.js";
import { given, numberOf } from "./typed.js";

const SIMPLE = ["status", "media_type", "body"];

export function replyValuesOf(replies) {
  const [first = {}] = replies ?? [];
  const isSimple = replies?.length === 1 && Object.keys(first).every((name) => SIMPLE.includes(name));
  return {
    reply: kindOf(replies, isSimple),
    "/replies/0/status": String((isSimple && first.status) || ""),
    "/replies/0/media_type": (isSimple && first.media_type) || "application/json",
    "/replies/0/body": isSimple ? bodyText(first) : "",
    "/replies": JSON.stringify(replies ?? [], null, 2),
  };
}

function kindOf(replies, isSimple) {
  if (!replies) return "";
  if (replies.length === 0) return "none";
  return isSimple ? "one" : "rules";
}

function bodyText({ media_type: type = "", body }) {
  if (body === undefined) return "";
  return type.startsWith("text/") && typeof body === "string" ? body : JSON.stringify(body, null, 2);
}

/** The property `replies`, or none if it is left to the project. What is no JSON is added to `errors`. */
export function repliesFrom(values, errors) {
  const kind = values.reply;
  if (kind === "") return {};
  if (kind === "none") return { replies: [] };
  return { replies: kind === "one" ? [replyFrom(values, errors)] : parsed(values["/replies"], "/replies", errors) };
}

function replyFrom(values, errors) {
  const type = values["/replies/0/media_type"].trim();
  const text = values["/replies/0/body"];
  const isText = type.startsWith("text/");
  return {
    ...given("status", numberOf(values["/replies/0/status"])),
    ...given("media_type", type === "application/json" ? "" : type),
    ...text !== "" && { body: isText ? text : parsed(text, "/replies/0/body", errors) },
  };
}

function parsed(text, pointer, errors) {
  const mistake = mistakeIn(text);
  if (mistake === null) {
    errors.push(...changedNumbers(text, pointer));
    return JSON.parse(text);
  }
  errors.push({ pointer, message: `This is no JSON yet. Line ${mistake.line}, column ${mistake.column}: ${mistake.message}` });
  return null;
}

/** Numbers that would be sent in another spelling, which may be another number, as errors at their places. */
function changedNumbers(text, pointer) {
  return [...spansOf(text)].flatMap(([place, [start, end]]) => {
    const number = text.slice(start, end);
    if (!/^[-\d]/.test(number) || String(Number(number)) === number) return [];
    const { line, column } = placeOf(text, start);
    return [{ pointer: `${pointer}${place}`, message: `Line ${line}, column ${column}: ${number} would be sent as ${Number(number)}. Write it so, or as a text in quotes.` }];
  });
}
