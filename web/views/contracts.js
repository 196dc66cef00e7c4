/** The versions of an endpoint's contract, newest first. */

import { addressOf, addressOfEndpoint } from "../address.js";
import { html } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { Activation } from "../parts/activation.js";
import { Problem } from "../parts/problem.js";
import { Table } from "../parts/table.js";
import { longTime, shortTime, size } from "../words/words.js";
import { useWorkspace } from "../workspace.js";

/** `name` is the endpoint's name or id. */
export function Contracts({ name }) {
  const { api } = useWorkspace();
  const { value: versions, problem, reload } = useLoaded(() => api.all(`/v1/endpoints/${encodeURIComponent(name)}/contracts`), [name]);
  useTitle(`Contracts of ${name}`);
  return html`
    <main id="contracts" class="sheet">
      <p class="small"><a href=${addressOfEndpoint({ id: name, name })}>← ${name}</a></p>
      <div class="pane-head">
        <h2 tabindex="-1">Contracts of <span class="data">${name}</span></h2>
        <a href=${addressOf(["endpoints", name, "contracts", "new"])}>New contract</a>
      </div>
      <${Problem} problem=${problem} />
      ${versions?.length === 0 && html`<${None} />`}
      ${versions?.length > 0 && html`<${Versions} name=${name} versions=${versions} reload=${reload} />`}
    </main>`;
}

function None() {
  return html`
    <div class="empty">
      <p>There is none yet, so the endpoint takes everything.</p>
      <p>A contract says what it may be sent: media types, and a JSON Schema of the body. Write the first one, try it on what has come in, then activate it.</p>
    </div>`;
}

function Versions({ name, versions, reload }) {
  const rows = versions.map((contract) => [
    html`<a href=${addressOf(["endpoints", name, "contracts", String(contract.version)])}>Version ${contract.version}</a>`,
    contract.active ? html`<span class="tag active">active</span>` : "",
    html`<time datetime=${contract.created_at} title=${longTime(contract.created_at)}>${shortTime(contract.created_at)}</time>`,
    size(contract.document_bytes),
    html`<${Activation} name=${name} version=${contract.version} isActive=${contract.active} changed=${reload} />`,
  ]);
  return html`<div class="versions"><${Table} label="Versions" columns=${["Version", "State", "Made", "Size", "What to do"]} rows=${rows} keys=${versions.map(({ version }) => version)} /></div>`;
}
