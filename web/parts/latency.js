/** How long attempts take: the median and what all but a twentieth stay below. */

import { html } from "../html.js";
import { counted, duration, quantile } from "../words/delivery.js";

const MOST = 50;

/** `attempts` in any order; the newest ones count. */
export function Latency({ attempts }) {
  const newest = [...attempts].sort((one, other) => Date.parse(other.started_at) - Date.parse(one.started_at)).slice(0, MOST);
  const took = newest.map((attempt) => attempt.duration_ms);
  return took.length > 0 && html`
    <p class="latency small">Took ${duration(quantile(took, 0.5))} in the median, ${duration(quantile(took, 0.95))} at the 95th percentile, of the last ${counted(took.length, "attempt")}.</p>`;
}
