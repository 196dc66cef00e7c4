/** Why a request was not simply accepted. */

import { html } from "../html.js";
import { meaningOfCause } from "../words/words.js";
import { Table } from "./table.js";

export function Why({ request: { causes, violations } }) {
  if (!causes.length && !violations.length) return null;
  return html`
    <section class="card why">
      <h3>Why</h3>
      <ul>${causes.map((cause) => html`<li><code>${cause}</code> ${meaningOfCause(cause)}</li>`)}</ul>
      ${violations.length > 0 && html`<${Table} label="Violations" columns=${["Where", "Rule", "What"]} rows=${violations.map(row)} />`}
    </section>`;
}

function row({ pointer, keyword, message }) {
  return [pointer || "(the whole)", keyword, message];
}
