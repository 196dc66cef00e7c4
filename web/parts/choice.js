/** One filter of a list: any value, or one of several. */

import { html } from "../html.js";

/** `choose` is called with the event; a value that is not among those offered is offered, too. */
export function Choice({ label, all, values, value = "", choose }) {
  const offered = values.includes(value) || value === "" ? values : [...values, value];
  return html`
    <select name=${label.toLowerCase()} aria-label=${label} value=${value} onChange=${choose}>
      <option value="">${all}</option>
      ${offered.map((one) => html`<option key=${one} value=${one}>${one}</option>`)}
    </select>`;
}
