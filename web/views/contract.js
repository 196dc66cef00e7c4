/** One version of a contract: what it says, what differs from another one, and what it would have done. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { Activation } from "../parts/activation.js";
import { Comparison } from "../parts/comparison.js";
import { Problem } from "../parts/problem.js";
import { TryOnHistory } from "../parts/try-on-history.js";
import { contractText } from "../words/contract-text.js";
import { longTime } from "../words/words.js";
import { useWorkspace } from "../workspace.js";

/** `name` is the endpoint's; of the query, `from` is the version to compare with and `trial` one that was begun. */
export function ContractView({ name, version, query }) {
  const { api } = useWorkspace();
  const path = `/v1/endpoints/${encodeURIComponent(name)}/contracts`;
  const load = () => Promise.all([api.text(`${path}/${encodeURIComponent(version)}`), api.all(path)]);
  const { value, problem, reload } = useLoaded(load, [name, version]);
  useTitle(`Version ${version} · ${name}`);
  return html`
    <main id="contract" class="sheet">
      <p class="small"><a href=${addressOf(["endpoints", name, "contracts"])}>← Contracts of ${name}</a></p>
      <h2 tabindex="-1">Version ${version} <span class="small">of ${name}’s contract</span></h2>
      <${Problem} problem=${problem} />
      ${value && html`<${Content} name=${name} text=${value[0]} versions=${value[1]} query=${query} reload=${reload} />`}
    </main>`;
}

function Content({ name, text, versions, query, reload }) {
  const contract = JSON.parse(text);
  const others = versions.map(({ version }) => version).filter((version) => version !== contract.version);
  return html`
    <div class="actions">
      ${contract.active && html`<span class="tag active">active</span>`}
      <span class="small">Made ${longTime(contract.created_at)}</span>
      <${Activation} name=${name} version=${contract.version} isActive=${contract.active} changed=${reload} />
      <a href=${addressOf(["endpoints", name, "contracts", "new"], { from: String(contract.version) })}>New version from this one</a>
    </div>
    <${TryOnHistory} name=${name} version=${contract.version} query=${query} />
    <${Comparison} name=${name} version=${contract.version} others=${others} query=${query} text=${contractText(text)} />`;
}
