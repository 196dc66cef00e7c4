/** What is shown in words: verdicts, causes, sizes and times. */

const MEANINGS = {
  accepted: "Checked and kept.",
  quarantined: "Kept and answered as accepted, but held back until it is released.",
  refused: "Answered with an error, and kept so that you can see why.",
  duplicate: "It came before, so it was answered like the first one.",
};

/** Every verdict that there is. */
export const VERDICTS = Object.keys(MEANINGS);

const CAUSES = {
  method_not_allowed: "The endpoint does not take this method.",
  body_too_large: "The body is larger than the endpoint takes.",
  verification_failed: "The sender could not be verified.",
  unsupported_media_type: "The contract does not name this media type.",
  unparsable_body: "The body is not what its media type says.",
  contract_violation: "It breaks the endpoint's contract.",
  no_endpoint: "No endpoint listens at this address.",
  rate_limited: "More requests came than the endpoint takes in a second.",
  undetermined: "The contract could not be evaluated within its bounds.",
};

const SCOPES = {
  replay: "This key may not readmit, release, reject, retry or replay: that takes a key with the scope replay.",
  write: "This key may not change or erase anything: that takes a key with the scope write.",
};

const UNITS = ["kB", "MB", "GB"];

/** What a verdict means, as a sentence. */
export function meaningOfVerdict(verdict) {
  return Object.hasOwn(MEANINGS, verdict) ? MEANINGS[verdict] : "";
}

/** What a cause means, as a sentence. */
export function meaningOfCause(cause) {
  return Object.hasOwn(CAUSES, cause) ? CAUSES[cause] : "";
}

/** What a key without the scope cannot do, as a sentence. */
export function meaningOfScope(scope) {
  return SCOPES[scope];
}

/** The verdict as a word that may be part of a class name; "other" for one that this page does not know. */
export function kindOfVerdict(verdict) {
  return Object.hasOwn(MEANINGS, verdict) ? verdict : "other";
}

/** 83 → "83 B", 1300 → "1.3 kB". */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  const number = bytes / 1000 ** power;
  return `${number.toFixed(number < 10 ? 1 : 0)} ${UNITS[power - 1]}`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const DAY_AND_CLOCK = new Intl.DateTimeFormat(undefined, {
  day: "numeric", month: "short", hour: "numeric", minute: "2-digit", second: "2-digit",
});
const EXACT = new Intl.DateTimeFormat(undefined, {
  year: "numeric", month: "short", day: "numeric",
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, timeZoneName: "short",
});

/** The time of day, with the date in front if it was not today. */
export function shortTime(moment, now = new Date()) {
  const time = new Date(moment);
  return spelt(time.toDateString() === now.toDateString() ? CLOCK : DAY_AND_CLOCK, time);
}

/** Date and time to the millisecond, in the reader's own time zone. */
export function longTime(moment) {
  return spelt(EXACT, new Date(moment));
}

function spelt(format, time) {
  return Number.isNaN(time.getTime()) ? "at no time" : format.format(time);
}
