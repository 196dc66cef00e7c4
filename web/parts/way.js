/** A request's way in, step by step, and every verdict that it has had. */

import { html } from "../html.js";
import { longTime } from "../words/words.js";
import { Table } from "./table.js";
import { Verdict } from "./verdict.js";

export function Way({ request: { trail, history } }) {
  return html`
    <${Part} title="Way in" columns=${["Step", "Outcome", "Took", "Note"]} rows=${trail.map(stepRow)} />
    <${Part} title="Verdicts" columns=${["When", "Verdict", "Contract", "By"]} rows=${history.map(settlementRow)} />`;
}

function Part({ title, columns, rows }) {
  return rows.length > 0 && html`
    <section class="way"><h3>${title}</h3><${Table} label=${title} columns=${columns} rows=${rows} /></section>`;
}

function stepRow({ step, outcome, microseconds, note }) {
  return [step, outcome, `${microseconds} µs`, note ?? ""];
}

function settlementRow(settlement) {
  const contract = settlement.contract_version === null ? "" : `version ${settlement.contract_version}`;
  return [longTime(settlement.at), html`<${Verdict} of=${settlement} />`, contract, settlement.by ?? "as it came in"];
}
