/** The destinations, and how each of them does. */

import { html } from "../html.js";
import { useDestinations } from "../live/use-destinations.js";
import { useTitle } from "../loading.js";
import { DestinationCard } from "../parts/destination-card.js";
import { Problem } from "../parts/problem.js";

export function Destinations() {
  const { destinations, problem } = useDestinations();
  useTitle("Destinations");
  return html`
    <main id="destinations" class="sheet">
      <div class="pane-head">
        <h2 tabindex="-1">Destinations</h2>
        <a href="#/destinations/new">Declare a destination</a>
      </div>
      <${Problem} problem=${problem} />
      ${destinations?.length === 0 && html`<${None} />`}
      ${destinations?.length > 0 && html`<ul class="destinations">${destinations.map((one) => html`<${DestinationCard} key=${one.id} destination=${one} />`)}</ul>`}
    </main>`;
}

function None() {
  return html`
    <div class="empty">
      <p>There is none yet, so what comes in is kept and goes nowhere.</p>
      <p><a href="#/destinations/new">Declare one</a>: the URL of your application is enough. Then subscribe an endpoint to it; each accepted request is delivered there, signed, and tried again until it succeeds.</p>
    </div>`;
}
