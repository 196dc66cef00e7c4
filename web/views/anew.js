/** A request that is written anew from one that came: what the door would say of it, and sending it as anybody could. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { requestWithBody } from "../parts/body.js";
import { Editor } from "../parts/editor.js";
import { Problem } from "../parts/problem.js";
import { useWorkspace } from "../workspace.js";

/** `id` is of the request that came. */
export function Anew({ id }) {
  const { api, endpoints } = useWorkspace();
  const { value, problem } = useLoaded(() => requestWithBody(api, id), [id]);
  useTitle("Write anew");
  return html`
    <main id="anew" class="sheet again">
      <p class="small"><a href=${addressOf(["requests", id])}>← The request</a></p>
      <h2 tabindex="-1">Write anew</h2>
      <${Problem} problem=${problem} />
      ${value && endpoints.length === 0 && html`<p class="empty">No endpoint is left that could take it. <a href="#/endpoints/new">Declare one</a>.</p>`}
      ${value && endpoints.length > 0 && html`<${Editor} request=${value.request} bytes=${value.bytes} />`}
    </main>`;
}
