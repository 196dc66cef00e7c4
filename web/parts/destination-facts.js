/** How deliveries go to a destination, in a few words each. */

import { html } from "../html.js";
import { scheduleInWords } from "../words/delivery.js";

export function DestinationFacts({ destination }) {
  const headers = Object.entries(destination.headers).map(([name, value]) => `${name}: ${value}`);
  return html`
    <dl class="facts">
      ${factsOf(destination).map(([name, value]) => html`<div key=${name}><dt>${name}</dt><dd class="data">${value}</dd></div>`)}
      <div class="wide"><dt>Tried</dt><dd class="data">${scheduleInWords(destination.retry_schedule_seconds)}</dd></div>
      <div class="wide"><dt>Headers of its own</dt><dd class="data">${headers.length > 0 ? headers.map((line) => html`<p>${line}</p>`) : "none"}</dd></div>
      <div class="wide"><dt>Id</dt><dd class="data">${destination.id}</dd></div>
    </dl>`;
}

function factsOf(destination) {
  return [
    ["Timeout", `${destination.timeout_seconds} s`],
    ["On their way at once", `${destination.max_in_flight}`],
    ["Tries a second", destination.rate_per_second === null ? "no limit" : `${destination.rate_per_second}`],
    ["Sender’s credentials", destination.forward_credentials ? "go along" : "stay here"],
  ];
}
