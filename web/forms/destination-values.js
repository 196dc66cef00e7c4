/** A destination as the values of its form, by place, and back. */

import { Incomplete } from "./places.js";
import { given, linesOf, numberOf, textOf } from "./typed.js";

const HEADER = /^([^:\s]+)\s*:(.*)$/;
const NUMBERS = ["timeout_seconds", "max_in_flight"];

/** The values of a destination, or those that a form begins with for null. What is empty there gets its default. */
export function destinationValuesOf(destination) {
  const { name = "", url = "", headers = {}, rate_per_second: rate, retry_schedule_seconds: schedule = [],
    forward_credentials: isForwarding = false, paused = false } = destination ?? {};
  return {
    "/url": url,
    "/name": name,
    "/headers": Object.entries(headers).map(([header, value]) => `${header}: ${value}`).join("\n"),
    "/timeout_seconds": textOf(destination?.timeout_seconds),
    "/max_in_flight": textOf(destination?.max_in_flight),
    "/rate_per_second": textOf(rate),
    "/retry_schedule_seconds": schedule.join(", "),
    "/forward_credentials": isForwarding,
    "/paused": paused,
  };
}

/** The destination that these values say, as it is sent. Throws Incomplete where a text cannot be read. */
export function destinationFrom(values) {
  const schedule = linesOf(values["/retry_schedule_seconds"]).map(numberOf);
  return {
    url: values["/url"].trim(),
    ...given("name", values["/name"].trim()),
    headers: headersFrom(values["/headers"]),
    ...Object.assign({}, ...NUMBERS.map((name) => given(name, numberOf(values[`/${name}`])))),
    rate_per_second: numberOf(values["/rate_per_second"]),
    ...schedule.length > 0 && { retry_schedule_seconds: schedule },
    forward_credentials: values["/forward_credentials"],
    paused: values["/paused"],
  };
}

function headersFrom(text) {
  const headers = new Map();
  for (const line of text.split("\n").filter((one) => one.trim())) {
    const [, name, value] = HEADER.exec(line.trim()) ?? [];
    if (!name) throw wrong(`“${line.trim()}” is no header: write it as name: value.`);
    if (headers.has(name.toLowerCase())) throw wrong(`${name} stands there twice.`);
    headers.set(name.toLowerCase(), [name, value.trim()]);
  }
  return Object.fromEntries(headers.values());
}

function wrong(message) {
  return new Incomplete([{ pointer: "/headers", message }]);
}
