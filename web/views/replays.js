/** Delivering kept requests again: planning a replay, and the earlier ones. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { Problem } from "../parts/problem.js";
import { ReplayForm } from "../parts/replay-form.js";
import { Table } from "../parts/table.js";
import { outcomesInWords } from "../words/replay.js";
import { shortTime } from "../words/words.js";
import { useWorkspace } from "../workspace.js";

const COLUMNS = ["Planned", "State", "Requests", "Deliveries"];

export function Replays() {
  const { api } = useWorkspace();
  const { value, problem } = useLoaded(() => api.get("/v1/replays?limit=50"), []);
  useTitle("Replays");
  return html`
    <main id="replays" class="sheet">
      <h2 tabindex="-1">Replays</h2>
      <p>What was kept is delivered again: after an outage, or to a destination that is new.</p>
      <section><h3>Plan one</h3><${ReplayForm} /></section>
      <section>
        <h3>Earlier ones</h3>
        <${Problem} problem=${problem} />
        ${value?.items.length === 0 && html`<p class="empty">None yet. Plan the first one above.</p>`}
        ${value?.items.length > 0 && html`<div class="versions"><${Table} label="Earlier replays" columns=${COLUMNS} rows=${value.items.map(row)} /></div>`}
      </section>
    </main>`;
}

function row({ id, status, matching, outcomes, created_at: at }) {
  return [html`<a href=${addressOf(["replays", id])}><time datetime=${at}>${shortTime(at)}</time></a>`, status, String(matching), outcomesInWords(outcomes)];
}
