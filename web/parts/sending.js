/** Sending a request that was written anew, and what it was answered. */

import { addressOf } from "../address.js";
import { useDeed } from "../deed.js";
import { post } from "../door.js";
import { html, useState } from "../html.js";
import { asHex, asText } from "../words/text.js";
import { useWorkspace } from "../workspace.js";
import { Button } from "./button.js";
import { Problem } from "./problem.js";
import { Table } from "./table.js";

export function Sending({ endpoint, message }) {
  const { api } = useWorkspace();
  const [reply, show] = useState(null);
  const { isBusy, problem, run } = useDeed();
  const send = () => run("send", null, async () => {
    show(null);
    const before = await likeIt(api, endpoint, message);
    const answer = await post(endpoint, message);
    show({ ...answer, ...answer.id ? {} : foundSince(before, await likeIt(api, endpoint, message)) });
  });
  return html`
    <section id="sending">
      <div class="actions"><${Button} class="main-action" disabled=${message instanceof Error} isBusy=${isBusy} onClick=${send}>Send<//></div>
      <${Problem} problem=${problem} />
      <div role="status">${reply && html`<${Reply} reply=${reply} />`}</div>
    </section>`;
}

function Reply({ reply: { status, headers, bytes, id, isProbable } }) {
  return html`
    <h3>The reply</h3>
    <p class="judged"><b>${status || "A redirect, which a browser does not show"}</b>
      ${id && html` <a href=${addressOf(["requests", id])}>${isProbable ? "Probably the request that it made" : "The request that it made"}</a>`}</p>
    ${headers.length > 0 && html`<${Table} label="Headers of the reply" columns=${["Name", "Value"]} rows=${headers} />`}
    ${bytes.length > 0 && html`<pre tabindex="0" aria-label="Body of the reply" class="data">${asText(bytes, false) ?? asHex(bytes)}</pre>`}`;
}

/** The newest requests that came like this message, as ids; null if they cannot be read. */
async function likeIt(api, endpoint, { method, path }) {
  const asked = new URLSearchParams({ endpoint: endpoint.id, method, limit: 10 });
  const page = await api.get(`/v1/requests?${asked}`).catch(() => null);
  return page?.items.filter((item) => item.path === path).map(({ id }) => id) ?? null;
}

/** The request that came since: a reply of one's own does not name it. It is a guess where several came, or before is unknown. */
function foundSince(before, after) {
  const came = (after ?? []).filter((id) => id > (before?.[0] ?? ""));
  return { id: came[0] ?? null, isProbable: before === null || came.length > 1 };
}
