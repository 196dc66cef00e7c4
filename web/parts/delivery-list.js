/** The list of deliveries, newest first. */

import { addressOf } from "../address.js";
import { html, memo } from "../html.js";
import { longTime, shortTime } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { HowFar } from "./delivery.js";
import { DeliveryDeeds } from "./delivery-deeds.js";
import { DestinationLink } from "./destination-link.js";
import { DeliveryStatus } from "./state.js";

/** `changed` is called after one was retried. */
export function DeliveryList({ items, changed }) {
  return html`<ul id="deliveries-list" class="delivery-list">${items.map((delivery) => html`<${Row} key=${delivery.id} delivery=${delivery} changed=${changed} />`)}</ul>`;
}

const Row = memo(function Row({ delivery, changed }) {
  return html`
    <li data-id=${delivery.id}>
      <${DeliveryStatus} status=${delivery.status} />
      <div class="about">
        <p><a class="data" href=${addressOf(["requests", delivery.request_id])}>${delivery.request_id}</a></p>
        <p class="small"><${From} delivery=${delivery} /> to <${DestinationLink} id=${delivery.destination_id} />; <${HowFar} delivery=${delivery} /></p>
        ${delivery.reason && html`<p class="small">${delivery.reason}</p>`}
      </div>
      <time class="small" datetime=${delivery.created_at} title=${longTime(delivery.created_at)}>${shortTime(delivery.created_at)}</time>
      <div class="deeds"><${DeliveryDeeds} delivery=${delivery} isShort=${true} changed=${changed} /></div>
    </li>`;
});

function From({ delivery: { endpoint_id: id } }) {
  const { nameOf } = useWorkspace();
  return id === null ? "A test" : html`From <span class="data">${nameOf(id)}</span>`;
}
