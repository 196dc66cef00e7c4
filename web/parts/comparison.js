/** A version of a contract beside another one: what became stricter or looser, and the lines that differ. */

import { html } from "../html.js";
import { useLoaded } from "../loading.js";
import { go } from "../router.js";
import { contractText } from "../words/contract-text.js";
import { useWorkspace } from "../workspace.js";
import { Problem } from "./problem.js";
import { SideBySide } from "./side-by-side.js";
import { Table } from "./table.js";

const MEANINGS = {
  stricter: "what was taken may break it now",
  looser: "what was taken still is",
  different: "whether it takes more or less can’t be told",
};

/** `others` are the versions to compare with, newest first; the one before is, unless the query names another. */
export function Comparison({ name, version, others, query, text }) {
  const from = chosen(others, version, query.from);
  const choose = ({ target: { value } }) => go(["endpoints", name, "contracts", String(version)], { ...query, from: value });
  return html`
    <section id="comparison">
      <h3>What it says</h3>
      ${others.length > 0 && html`
        <p class="beside">
          <label for="from">Beside version</label>
          <select id="from" value=${from} onChange=${choose}>${others.map((other) => html`<option key=${other} value=${other}>${other}</option>`)}</select>
        </p>`}
      ${from === null ? html`<pre tabindex="0" aria-label="What it says">${text}</pre>` : html`<${Compared} name=${name} version=${version} from=${from} text=${text} />`}
    </section>`;
}

function chosen(others, version, asked) {
  if (others.includes(Number(asked))) return Number(asked);
  return others.find((other) => other < version) ?? others[0] ?? null;
}

function Compared({ name, version, from, text }) {
  const { api } = useWorkspace();
  const path = `/v1/endpoints/${encodeURIComponent(name)}/contracts`;
  const load = () => Promise.all([api.get(`${path}/${version}/diff?from=${from}`), api.text(`${path}/${from}`)]);
  const { value, problem } = useLoaded(load, [name, version, from]);
  return html`
    <${Problem} problem=${problem} />
    ${value && html`
      <${Changes} diff=${value[0]} />
      <${SideBySide} left=${contractText(value[1])} right=${text} names=${[`Version ${value[0].from}`, `Version ${version}`]} />`}`;
}

function Changes({ diff: { from, to, changes, complete } }) {
  if (changes.length === 0) return html`<p>Version ${to} takes what version ${from} takes.</p>`;
  const kinds = Object.keys(MEANINGS).filter((kind) => changes.some(({ change }) => change === kind));
  const rows = changes.map(({ change, says, pointer }) => [change, says, pointer || "(the whole)"]);
  return html`
    <div class="changes"><${Table} label=${`What has changed since version ${from}`} columns=${["Change", "What", "Where"]} rows=${rows} /></div>
    <p class="small">${kinds.map((kind) => `${kind}: ${MEANINGS[kind]}`).join("; ")}.${!complete && " There are more changes than these."}</p>`;
}
