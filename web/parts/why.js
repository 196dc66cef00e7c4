/** Why a request was not simply accepted. */

import { html } from "../html.js";
import { isOfBody } from "../words/readings.js";
import { meaningOfCause } from "../words/words.js";
import { Table } from "./table.js";

/** `toPlace`, if there is somewhere to go to, is called with the number of a violation of the body. */
export function Why({ request: { causes, violations }, toPlace = null }) {
  if (!causes.length && !violations.length) return null;
  const rows = violations.map((violation, number) => row(violation, number, toPlace));
  return html`
    <section class="card why">
      <h3>Why</h3>
      <ul>${causes.map((cause) => html`<li><code>${cause}</code> ${meaningOfCause(cause)}</li>`)}</ul>
      ${rows.length > 0 && html`<${Table} label="Violations" columns=${["Where", "Rule", "What"]} rows=${rows} />`}
    </section>`;
}

function row(violation, number, toPlace) {
  const { pointer, keyword, message } = violation;
  const where = pointer || "(the whole)";
  const jump = toPlace && isOfBody(violation);
  return [jump ? html`<${Jump} number=${number} toPlace=${toPlace}>${where}<//>` : where, keyword, message];
}

function Jump({ number, toPlace, children }) {
  return html`<button type="button" class="link" title="Show it in the body" data-violation=${number} onClick=${() => toPlace(number)}>${children}</button>`;
}
