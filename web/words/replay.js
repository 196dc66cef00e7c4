/** Replays in words. */

import { DELIVERY_STATUSES } from "./delivery.js";

/** What comes of a replay's deliveries: "88 succeeded, 1 failed". */
export function outcomesInWords(outcomes) {
  const some = DELIVERY_STATUSES.filter((status) => outcomes[status] > 0);
  return some.map((status) => `${outcomes[status]} ${status}`).join(", ") || "none";
}

/** Which requests it is of, as pairs of a name and its value. */
export function filterInWords({ verdict, filter }, nameOf) {
  const { endpoint, ...rest } = filter;
  const named = Object.entries(rest).filter(([, value]) => value !== null).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
  return [`${verdict} requests of ${endpoint ? nameOf(endpoint) : "all endpoints"}`, ...named].join("; ");
}

/** Whether something more will come of it by itself. */
export function isUnderWay({ status, outcomes }) {
  return status === "running" || (status !== "planned" && outcomes.waiting + outcomes.sending > 0);
}
