/** One delivery: where to, how far it is, its attempts, and what can be done with it. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { counted } from "../words/delivery.js";
import { shortTime } from "../words/words.js";
import { useWorkspace } from "../workspace.js";
import { Attempts } from "./attempts.js";
import { DeliveryDeeds } from "./delivery-deeds.js";
import { DestinationLink } from "./destination-link.js";
import { DeliveryStatus } from "./state.js";

/** `attempts` are null until they are read; `changed` is called when something was done with it. */
export function Delivery({ delivery, attempts, changed }) {
  return html`
    <li class="card delivery" data-id=${delivery.id}>
      <p class="delivery-head">
        <${DeliveryStatus} status=${delivery.status} />
        <span>to <${DestinationLink} id=${delivery.destination_id} /></span>
        <span class="small"><${HowFar} delivery=${delivery} /></span>
      </p>
      ${delivery.reason && html`<p class="small">${delivery.reason}</p>`}
      ${delivery.ordering_key !== null && html`<p class="small">${lineOf(delivery)} <span class="data">${delivery.ordering_key}</span></p>`}
      ${delivery.replay_id && html`<p class="small">Of <a href=${addressOf(["replays", delivery.replay_id])}>a replay</a></p>`}
      ${attempts && html`<${Attempts} attempts=${attempts} />`}
      <${DeliveryDeeds} delivery=${delivery} changed=${changed} />
    </li>`;
}

/** How often it was tried, and when it is tried next. */
export function HowFar({ delivery }) {
  const { destinations } = useWorkspace();
  const destination = destinations?.find((one) => one.id === delivery.destination_id);
  return `${counted(delivery.attempts, "attempt")}${nextOf(delivery, destination)}`;
}

function nextOf({ status, next_attempt_at: next, is_held: isHeld }, destination) {
  if (status !== "waiting") return "";
  if (destination?.disabled_at) return ", waits until its destination is enabled";
  if (destination?.paused) return ", waits until its destination is resumed";
  if (isHeld || next === null) return ", held";
  return Date.parse(next) > Date.now() ? `, next at ${shortTime(next)}` : ", due now";
}

function lineOf({ status, is_held: isHeld }) {
  if (isHeld) return "It waits behind an earlier one of its ordering key";
  return status === "failed" ? "It holds up those behind it of its ordering key" : "Ordering key";
}
