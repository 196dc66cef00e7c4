/** A replay that is planned, as the values of its form, and as it is sent. */

import { Incomplete } from "./places.js";
import { given, numberOf } from "./typed.js";

const TEXTS = ["endpoint", "event_type", "path", "search"];
const TIMES = ["received_after", "received_before"];

/** What the form begins with. */
export function replayValues() {
  const empty = [...TEXTS, ...TIMES].map((name) => [`/${name}`, ""]);
  return { ...Object.fromEntries(empty), "/target": "", "/per_second": "50" };
}

/** The plan that these values say. Throws Incomplete where a time cannot be read. */
export function replayFrom(values) {
  const texts = TEXTS.map((name) => given(name, values[`/${name}`].trim()));
  const times = TIMES.map((name) => given(name, timeFrom(name, values[`/${name}`])));
  const target = values["/target"];
  return Object.assign({}, ...texts, ...times, target && { target: { destination: target } }, given("per_second", numberOf(values["/per_second"])));
}

function timeFrom(name, text) {
  if (text === "") return "";
  const time = new Date(text); // as a clock on the reader's wall shows it
  if (Number.isNaN(time.getTime())) throw new Incomplete([{ pointer: `/${name}`, message: "That is no time." }]);
  return time.toISOString();
}
