/** Counts of requests by verdict, in words. */

import { VERDICTS } from "./words.js";

const FORMATS = {
  minute: new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" }),
  hour: new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "numeric", minute: "2-digit" }),
  day: new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" }), // days are those of UTC
};

/** The sum of many spans, by verdict. */
export function totalsOf(items) {
  return Object.fromEntries(VERDICTS.map((verdict) => [verdict, items.reduce((sum, item) => sum + countOf(item, verdict), 0)]));
}

/** How many of any verdict. */
export function totalOf(counts) {
  return VERDICTS.reduce((sum, verdict) => sum + countOf(counts, verdict), 0);
}

/** "12 accepted, 1 refused" */
export function wordsOf(counts) {
  const some = VERDICTS.filter((verdict) => countOf(counts, verdict) > 0);
  return some.map((verdict) => `${countOf(counts, verdict)} ${verdict}`).join(", ") || "none";
}

/** When a span begins. */
export function momentOf(at, by) {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? "" : FORMATS[by].format(time);
}

function countOf(counts, verdict) {
  return Number(counts[verdict]) || 0;
}
