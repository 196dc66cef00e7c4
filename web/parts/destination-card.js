/** A destination in the list: its state, what came of the last hour, and how much waits or has failed. */

import { addressOf, addressOfDestination } from "../address.js";
import { html } from "../html.js";
import { useHealth } from "../live/use-health.js";
import { longTime } from "../words/words.js";
import { meaningOfDisabling, meaningOfError, meaningOfState } from "../words/delivery.js";
import { Problem } from "./problem.js";
import { attemptsInWords, Sparkline } from "./sparkline.js";
import { HealthState } from "./state.js";

export function DestinationCard({ destination }) {
  const { health, minutes, problem } = useHealth(destination.id);
  return html`
    <li class="card destination">
      <h3><a class="data" href=${addressOfDestination(destination)}>${destination.name}</a>${health && html`<${HealthState} state=${health.state} />`}</h3>
      <p class="data small">${destination.url}</p>
      <${Problem} problem=${problem} />
      ${health && html`<${HowItDoes} destination=${destination} health=${health} minutes=${minutes} />`}
    </li>`;
}

/** In words and in a picture. */
export function HowItDoes({ destination, health, minutes }) {
  return html`
    <p class="small">${sentenceOf(destination, health)}</p>
    <div class="hour">
      ${minutes && html`<${Sparkline} items=${minutes} /><p class="small">Last hour: ${attemptsInWords(minutes)}</p>`}
      <p class="small">
        <${Count} destination=${destination} status="waiting" count=${health.waiting} />, ${" "}<${Count} destination=${destination} status="failed" count=${health.failed} />
      </p>
    </div>`;
}

function Count({ destination, status, count }) {
  const words = `${count === 10_000 ? "10000 or more" : count} ${status}`;
  return count === 0 ? words : html`<a href=${addressOf(["deliveries"], { destination: destination.name, status })}>${words}</a>`;
}

function sentenceOf({ disabled_reason: reason }, { state, last_error: error, failing_since: since, opened_until: until }) {
  const parts = [meaningOfState(state)];
  if (state === "disabled") parts.push(meaningOfDisabling(reason));
  if (state === "open" && until) parts.push(`Until ${longTime(until)}.`);
  if (since) parts.push(`Failing since ${longTime(since)}: ${meaningOfError(error)}`);
  return parts.join(" ");
}
