/** Sending a request that was written anew, and what it was answered. */

import { addressOf } from "../address.js";
import { useDeed } from "../deed.js";
import { post } from "../door.js";
import { html, useState } from "../html.js";
import { asHex, asText } from "../words/text.js";
import { useWorkspace } from "../workspace.js";
import { Problem } from "./problem.js";
import { Table } from "./table.js";

export function Sending({ endpoint, message }) {
  const { api } = useWorkspace();
  const [reply, show] = useState(null);
  const { isBusy, problem, run } = useDeed();
  const send = () => run("send", null, async () => {
    show(null);
    const answer = await post(endpoint, message);
    show({ ...answer, id: answer.id ?? await newestAt(api, endpoint, message) });
  });
  return html`
    <section id="sending">
      <div class="actions"><button type="button" class="main-action" disabled=${isBusy || message instanceof Error} onClick=${send}>Send</button></div>
      <${Problem} problem=${problem} />
      <div role="status">${reply && html`<${Reply} reply=${reply} />`}</div>
    </section>`;
}

function Reply({ reply: { status, headers, bytes, id } }) {
  return html`
    <h3>The reply</h3>
    <p class="judged"><b>${status || "A redirect, which a browser does not show"}</b>
      ${id && html` <a href=${addressOf(["requests", id])}>The request that it made</a>`}</p>
    ${headers.length > 0 && html`<${Table} label="Headers of the reply" columns=${["Name", "Value"]} rows=${headers} />`}
    ${bytes.length > 0 && html`<pre tabindex="0" aria-label="Body of the reply" class="data">${asText(bytes, false) ?? asHex(bytes)}</pre>`}`;
}

/** The newest request that came like this message: a reply of one's own does not name the request. */
async function newestAt(api, endpoint, { method, path }) {
  const asked = new URLSearchParams({ endpoint: endpoint.id, method, limit: 10 });
  const { items } = await api.get(`/v1/requests?${asked}`).catch(() => ({ items: [] }));
  return items.find((item) => item.path === path)?.id ?? null;
}
