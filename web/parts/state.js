/** A status of a delivery, or the state of a destination, as a word in its colour. */

import { html } from "../html.js";
import { kindOfState, kindOfStatus } from "../words/delivery.js";

export function DeliveryStatus({ status }) {
  return html`<span class=${`state ${kindOfStatus(status)}`}>${status}</span>`;
}

export function HealthState({ state }) {
  return html`<span class=${`state ${kindOfState(state)}`}>${state}</span>`;
}
