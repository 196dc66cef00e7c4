/** A request with an edited body: what would become of it, and sending it as a new request that names its origin. */

import { addressOf } from "../address.js";
import { html } from "../html.js";
import { useLoaded, useTitle } from "../loading.js";
import { requestWithBody } from "../parts/body.js";
import { BodyEditor } from "../parts/body-editor.js";
import { Problem } from "../parts/problem.js";
import { useWorkspace } from "../workspace.js";

/** `id` is of the origin. */
export function Again({ id }) {
  const { api } = useWorkspace();
  const { value, problem } = useLoaded(() => requestWithBody(api, id), [id]);
  useTitle("Edit and send again");
  return html`
    <main id="again" class="sheet again">
      <p class="small"><a href=${addressOf(["requests", id])}>← The request</a></p>
      <h2 tabindex="-1">Edit and send again</h2>
      <${Problem} problem=${problem} />
      ${value && html`<${BodyEditor} request=${value.request} bytes=${value.bytes} />`}
    </main>`;
}
