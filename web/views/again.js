/** A request that is written anew from one that came: what the door would say of it, and sending it. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { isKept } from "../parts/body.js";
import { Editor } from "../parts/editor.js";
import { Problem } from "../parts/problem.js";
import { useWorkspace } from "../workspace.js";

/** `id` is of the request that came. */
export function Again({ id }) {
  const { api, endpoints } = useWorkspace();
  const { value, problem } = useLoaded(() => read(api, id), [id]);
  useTitle("Edit and send again");
  return html`
    <main id="again" class="sheet again">
      <p class="small"><a href=${addressOf(["requests", id])}>← The request</a></p>
      <h2 tabindex="-1">Edit and send again</h2>
      <${Problem} problem=${problem} />
      ${value && endpoints.length === 0 && html`<p class="empty">No endpoint is left that could take it. <a href="#/endpoints/new">Declare one</a>.</p>`}
      ${value && endpoints.length > 0 && html`<${Editor} request=${value.request} bytes=${value.bytes} />`}
    </main>`;
}

async function read(api, id) {
  const request = await api.get(`/v1/requests/${encodeURIComponent(id)}`);
  const bytes = isKept(request) ? await (await api.wholeBody(id)).arrayBuffer() : new ArrayBuffer(0);
  return { request, bytes: new Uint8Array(bytes) };
}
