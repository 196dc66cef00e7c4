/** What came of a trial: how many requests would have had which verdict, and those for which it would be another one. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { Table } from "./table.js";
import { Verdict } from "./verdict.js";

const WORDS = {
  accepted: "would be accepted",
  quarantined: "would be quarantined",
  refused: "would be refused",
  duplicate: "would be duplicates",
  unchanged: "settled meanwhile",
  unjudged: "not judged: a contract has no say in them, or their body was not kept",
};

export function TrialResult({ trial: { outcomes, changes, more_changes: more } }) {
  const names = [...new Set([...Object.keys(WORDS), ...Object.keys(outcomes)])]; // known ones first, in their order
  const counts = names.filter((name) => outcomes[name] > 0).map((name) => [name, outcomes[name]]);
  return html`
    ${counts.length > 0 && html`<ul class="outcomes">${counts.map(([outcome, count]) => html`<li><b>${count}</b> ${WORDS[outcome] ?? outcome}</li>`)}</ul>`}
    ${changes.length > 0 && html`
      <h4>Another verdict</h4>
      <${Table} label="Requests with another verdict" columns=${["Request", "It was", "It would be", "Why"]} rows=${changes.map(row)} />
      ${more > 0 && html`<p class="small">And ${more} more.</p>`}`}
    ${counts.length > 0 && changes.length === 0 && html`<p>No verdict would be another one.</p>`}`;
}

function row({ request, from, to, causes }) {
  return [
    html`<a href=${addressOf(["requests", request])}>${request}</a>`,
    html`<${Verdict} of=${{ verdict: from }} />`,
    html`<${Verdict} of=${{ verdict: to }} />`,
    causes.join(", "),
  ];
}
