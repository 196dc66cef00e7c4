/** Why subscriptions did not take a request, or that none was there to take it. */

import { addressOf, addressOfEndpoint } from "../address.js";
import { html } from "../html.js";
import { meaningOfRouting } from "../words/delivery.js";
import { useWorkspace } from "../workspace.js";
import { DestinationLink } from "./destination-link.js";

export function Routing({ request, routing, deliveries }) {
  if (!routing.routed && deliveries.length === 0) return request.verdict === "accepted" && html`<p class="small" role="status">It is being routed…</p>`;
  const isTaken = deliveries.length > 0;
  return html`
    ${!isTaken && request.verdict === "accepted" && html`<p class="empty">No subscription takes it. <${WayToSubscribe} id=${request.endpoint_id} /></p>`}
    ${routing.notes.length > 0 && html`
      <ul class="notes small">
        ${routing.notes.map((note) => html`
          <li key=${note.subscription_id}>To <${DestinationLink} id=${note.destination_id} />: ${meaningOfRouting(note.outcome)}.${note.note && html` <span class="data">${note.note}</span>`}</li>`)}
      </ul>`}`;
}

function WayToSubscribe({ id }) {
  const { endpoints } = useWorkspace();
  const endpoint = endpoints.find((one) => one.id === id);
  const address = endpoint ? addressOfEndpoint(endpoint, [], { subscribe: "new" }) : addressOf(["destinations"]);
  return html`<a href=${address}>Add a subscription</a>`;
}
