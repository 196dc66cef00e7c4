/** Deliveries in words: what became of them, how a destination does, what went wrong, and how long things take. */

const STATUSES = {
  waiting: "open",
  sending: "open",
  succeeded: "good",
  failed: "bad",
  cancelled: "idle",
};

const STATES = {
  healthy: ["good", "Its last try has succeeded."],
  failing: ["bad", "Its last try has failed."],
  open: ["bad", "Too much has failed, so for a while nothing is sent there."],
  disabled: ["bad", "The service sends nothing there any more."],
  paused: ["open", "Deliveries wait until it is resumed."],
  unknown: ["idle", "Nothing was tried yet."],
};

const ERRORS = {
  timeout: "No whole answer came in time.",
  connection_refused: "Nobody listens at its address.",
  connection_reset: "The connection broke.",
  dns_failure: "Its name leads to no address.",
  tls_failure: "No secure connection came about.",
  blocked_address: "Its address is one that the operator does not allow.",
  response_too_large: "The answer is larger than what is read.",
  http_status: "The answer was no 2xx.",
  invalid_response: "What came is no HTTP.",
};

const DISABLED = {
  gone: "It has answered 410: it wants no deliveries any more.",
  failing: "For days nothing has succeeded there.",
};

const ROUTING = {
  filtered: "its filter does not take it",
  failed: "its filter could not be evaluated, so it was not delivered",
  unordered: "its ordering key could not be evaluated, so it is delivered in no order",
};

const SPANS = [["d", 86_400], ["h", 3_600], ["min", 60], ["s", 1]];

/** Every status that a delivery can have. */
export const DELIVERY_STATUSES = Object.keys(STATUSES);

/** The colour of a status, as part of a class name. */
export function kindOfStatus(status) {
  return Object.hasOwn(STATUSES, status) ? STATUSES[status] : "idle";
}

/** The colour of a destination's state, as part of a class name. */
export function kindOfState(state) {
  return Object.hasOwn(STATES, state) ? STATES[state][0] : "idle";
}

/** What a destination's state means, as a sentence. */
export function meaningOfState(state) {
  return Object.hasOwn(STATES, state) ? STATES[state][1] : "";
}

/** Why an attempt failed, as a sentence; the service's word for one that this page does not know. */
export function meaningOfError(error) {
  return Object.hasOwn(ERRORS, error) ? ERRORS[error] : error;
}

/** Why the service has disabled a destination, as a sentence. */
export function meaningOfDisabling(reason) {
  return Object.hasOwn(DISABLED, reason) ? DISABLED[reason] : "";
}

/** Why a subscription did not take a request, or not in its order. */
export function meaningOfRouting(outcome) {
  return Object.hasOwn(ROUTING, outcome) ? ROUTING[outcome] : outcome;
}

/** 108 → "108 ms", 1250 → "1.3 s". */
export function duration(milliseconds) {
  if (milliseconds < 1_000) return `${milliseconds} ms`;
  const seconds = milliseconds / 1_000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : span(seconds);
}

/** 300 → "5 min", 5400 → "1 h 30 min": the two largest units. */
export function span(seconds) {
  let rest = Math.round(seconds);
  const parts = [];
  for (const [unit, length] of SPANS) {
    if (rest >= length) parts.push(`${Math.floor(rest / length)} ${unit}`);
    rest %= length;
  }
  return parts.slice(0, 2).join(" ") || "0 s";
}

/** [0, 5, 300] → "at once, after 5 s, after 5 min". */
export function scheduleInWords(seconds) {
  return seconds.map((wait) => (wait === 0 ? "at once" : `after ${span(wait)}`)).join(", ");
}

/** 1 → "1 attempt", 2 → "2 attempts". */
export function counted(number, word, several = `${word}s`) {
  return `${number} ${number === 1 ? word : several}`;
}

/** The value below which so large a share of the numbers lies: the nearest rank. Null for none. */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
