/** What becomes of a request after it was accepted: its deliveries, and why subscriptions did not take it. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { useAttempts } from "../live/use-attempts.js";
import { useStrangeDestinations } from "../live/use-destinations.js";
import { useRouted } from "../live/use-routed.js";
import { Delivery } from "./delivery.js";
import { Latency } from "./latency.js";
import { Problem } from "./problem.js";
import { ReplayRequest } from "./replay-request.js";
import { Routing } from "./routing.js";

const MOST_SHOWN = 20;

export function DeliveriesOfRequest({ request }) {
  const { routing, deliveries, problem, reload } = useRouted(request);
  const shown = deliveries.slice(-MOST_SHOWN).reverse();
  const { attempts, problem: unread } = useAttempts(shown);
  useStrangeDestinations([...deliveries, ...routing.notes].map((one) => one.destination_id));
  if (request.verdict !== "accepted" && deliveries.length === 0) return null;
  return html`
    <section id="deliveries-of-request">
      <h3>Deliveries</h3>
      <${Problem} problem=${problem ?? unread} />
      <${Routing} request=${request} routing=${routing} deliveries=${deliveries} />
      ${shown.length > 0 && html`
        <ul class="deliveries">
          ${shown.map((delivery) => html`<${Delivery} key=${delivery.id} delivery=${delivery} attempts=${attempts?.get(delivery.id) ?? null} changed=${reload} />`)}
        </ul>`}
      ${deliveries.length > MOST_SHOWN && html`<p class="small">These are the newest. <a href=${addressOf(["deliveries"], { request: request.id })}>All of them</a></p>`}
      ${attempts && html`<${Latency} attempts=${[...attempts.values()].flat()} />`}
      <${ReplayRequest} request=${request} changed=${reload} />
    </section>`;
}
